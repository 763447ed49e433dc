package dev.backstitch.api.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Payload;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `{"workflow": "...", "key": "...", "input": {...}, "queue": "...", "priority": 5}`.
///
/// The input is cut out of the body byte for byte instead of being parsed and written again, so
/// that a number keeps its digits and the history shows what was sent.
final class StartBody {
  private static final List<String> MEMBERS =
      List.of("workflow", "key", "input", "queue", "priority");
  private static final int LONGEST_KEY = 200;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final byte[] body;
  private @Nullable String workflow;
  private @Nullable String key;
  private Payload input = Payload.NULL;
  private String queue = QueueLimits.DEFAULT_QUEUE;
  private int priority = StartRequest.USUAL_PRIORITY;

  private StartBody(byte[] body) {
    this.body = body;
  }

  /// @throws ProblemException naming the member that is wrong and what is allowed
  static StartRequest parse(byte[] body) throws IOException {
    return new StartBody(body).parse();
  }

  private StartRequest parse() throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw ProblemException.malformedJson(
            "A JSON object is expected, such as {\"workflow\": \"progress-sync\", \"input\": {}}.");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        member(parser, parser.currentName());
      }
      if (parser.nextToken() != null) {
        throw ProblemException.malformedJson("There is something behind the JSON object.");
      }
    } catch (JsonProcessingException e) {
      throw ProblemException.malformedJson(
          e.getOriginalMessage()
              + (e.getLocation() == null
                  ? ""
                  : " (line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()
                      + ")"));
    }
    if (workflow == null) {
      throw ProblemException.invalidMember(
          "workflow", "'workflow' is missing: the name of the workflow to run.");
    }
    return new StartRequest(workflow, key, input, queue, priority);
  }

  private void member(JsonParser parser, String name) throws IOException {
    JsonToken value = parser.nextToken();
    switch (name) {
      case "workflow" -> workflow = text(parser, name, value);
      case "key" -> key = value == JsonToken.VALUE_NULL ? null : key(text(parser, name, value));
      case "input" -> input = raw(parser);
      case "queue" -> queue = queue(text(parser, name, value));
      case "priority" -> priority = priority(parser, value);
      default -> throw ProblemException.unknownMember(name, MEMBERS);
    }
  }

  private static String text(JsonParser parser, String name, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING || parser.getText().isBlank()) {
      throw ProblemException.invalidMember(
          name, "'" + name + "' must be a text that is not blank.");
    }
    return parser.getText();
  }

  private static String key(String key) {
    if (key.length() > LONGEST_KEY) {
      throw ProblemException.invalidMember(
          "key", "'key' may have " + LONGEST_KEY + " characters, was " + key.length() + " long.");
    }
    return key;
  }

  private static String queue(String queue) {
    if (!QueueLimits.isName(queue)) {
      throw ProblemException.invalidMember(
          "queue",
          "'queue' must be 1 to 100 lower-case letters, digits, '-' and '.', was '" + queue + "'.");
    }
    return queue;
  }

  private static int priority(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_NUMBER_INT || !parser.getText().matches("[0-9]")) {
      throw ProblemException.invalidMember(
          "priority", "'priority' must be a whole number from 0 to 9; 9 is taken first.");
    }
    return parser.getIntValue();
  }

  private Payload raw(JsonParser parser) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    // Reads a text or number to its end, which the parser would otherwise put off.
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    return Payload.ofUtf8(Arrays.copyOfRange(body, from, to));
  }
}

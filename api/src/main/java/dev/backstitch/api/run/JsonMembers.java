package dev.backstitch.api.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.orchestrator.history.Payload;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The members of a JSON object that somebody sent.
///
/// Values are cut out of the body byte for byte instead of being parsed and written again, so that
/// a number keeps its digits and the history shows what was sent.
final class JsonMembers {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, Member> members;

  private JsonMembers(Map<String, Member> members) {
    this.members = members;
  }

  /// @param text what the value says, if it is a text
  private record Member(JsonToken token, Optional<String> text, Payload raw) {}

  /// Reads a body.
  ///
  /// @param example such as `{"workflow": "progress-sync"}`, for who sends something else
  /// @param allowed the names of the members
  /// @throws ProblemException naming the member that is wrong and what is allowed
  static JsonMembers parse(byte[] body, String example, List<String> allowed) throws IOException {
    Map<String, Member> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw ProblemException.malformedJson("A JSON object is expected, such as " + example + ".");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (!allowed.contains(name)) {
          throw ProblemException.unknownMember(name, allowed);
        }
        members.put(name, member(parser, body));
      }
      if (parser.nextToken() != null) {
        throw ProblemException.malformedJson("There is something behind the JSON object.");
      }
    } catch (JsonProcessingException e) {
      throw ProblemException.malformedJson(e.getOriginalMessage() + place(e));
    }
    return new JsonMembers(members);
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  private static Member member(JsonParser parser, byte[] body) throws IOException {
    JsonToken token = parser.nextToken();
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    // Reads a text or number to its end, which the parser would otherwise put off.
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    return new Member(
        token,
        token == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty(),
        // As text, which mends bytes that are no UTF-8: the parser does not notice all of them, and
        // the database's views would.
        Payload.ofJson(new String(body, from, to - from, UTF_8)));
  }

  /// A text that is not blank; empty if the member is missing or null.
  ///
  /// @throws ProblemException if it is something else
  Optional<String> text(String name) {
    Member member = members.get(name);
    if (member == null || member.token() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    Optional<String> text = member.text().filter(value -> !value.isBlank());
    if (text.isEmpty()) {
      throw ProblemException.invalidMember(
          name, "'" + name + "' must be a text that is not blank.");
    }
    return text;
  }

  /// A text that is not blank.
  ///
  /// @param meaning what it is, for who has left it out
  /// @throws ProblemException if it is something else or missing
  String neededText(String name, String meaning) {
    return text(name)
        .orElseThrow(() ->
            ProblemException.invalidMember(name, "'" + name + "' is missing: " + meaning + "."));
  }

  /// Whatever the member holds, as it was sent; JSON null if it is missing.
  Payload raw(String name) {
    Member member = members.get(name);
    return member == null ? Payload.NULL : member.raw();
  }
}

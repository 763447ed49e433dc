package dev.backstitch.api.run;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.QueueLimits;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Reads `{"workflow": "...", "key": "...", "input": {...}, "queue": "...", "priority": 5}`.
final class StartBody {
  private static final String EXAMPLE = "{\"workflow\": \"progress-sync\", \"input\": {}}";
  private static final List<String> MEMBERS =
      List.of("workflow", "key", "input", "queue", "priority");
  private static final int LONGEST_KEY = 200;

  private StartBody() {}

  /// @throws ProblemException naming the member that is wrong and what is allowed
  static StartRequest parse(byte[] body) throws IOException {
    JsonMembers members = JsonMembers.parse(body, EXAMPLE, MEMBERS);
    Optional<String> key = members.text("key");
    key.ifPresent(StartBody::requireShort);
    return new StartRequest(
        members.neededText("workflow", "the name of the workflow to run"),
        key.orElse(null),
        members.raw("input"),
        members.text("queue").map(StartBody::queue).orElse(QueueLimits.DEFAULT_QUEUE),
        priority(members.raw("priority").json()));
  }

  private static void requireShort(String key) {
    if (key.length() > LONGEST_KEY) {
      throw ProblemException.invalidMember(
          "key", "'key' may have " + LONGEST_KEY + " characters, was " + key.length() + " long.");
    }
  }

  private static String queue(String queue) {
    if (!QueueLimits.isName(queue)) {
      throw ProblemException.invalidMember(
          "queue",
          "'queue' must be 1 to 100 lower-case letters, digits, '-' and '.', was '" + queue + "'.");
    }
    return queue;
  }

  private static int priority(String json) {
    if (json.equals("null")) {
      return StartRequest.USUAL_PRIORITY;
    }
    if (!json.matches("[0-9]")) {
      throw ProblemException.invalidMember(
          "priority", "'priority' must be a whole number from 0 to 9; 9 is taken first.");
    }
    return Integer.parseInt(json);
  }
}

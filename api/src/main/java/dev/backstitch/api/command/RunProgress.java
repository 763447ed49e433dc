package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Shows how far a run is: its activities by name, done of all, with failed attempts and waits.
///
/// On a terminal it is one line that is replaced; elsewhere a line is written when a kind of
/// activity is through, or something went wrong.
public final class RunProgress {
  private final Output output;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private String shown = "";
  private int after;

  private static final class Tally {
    private int scheduled;
    private int done;
    private int failed;
    private int retries;
    private String waiting = "";

    String text(String name) {
      String text = name + " " + done + "/" + scheduled;
      if (failed > 0) {
        text += " (" + failed + " failed)";
      }
      if (retries > 0) {
        text += " (" + retries + " retries)";
      }
      return waiting.isEmpty() ? text : text + " waiting: " + waiting;
    }
  }

  /// Begins to show a run.
  public RunProgress(Output output) {
    this.output = output;
  }

  /// Follows a run until it is closed or stuck.
  ///
  /// @return its result document
  public JsonNode follow(ApiClient api, String runId) {
    String run = "/api/v1/runs/" + runId;
    while (true) {
      JsonNode result = api.get(run + "/result?wait=200ms");
      show(api, run);
      String status = result.path("status").asText();
      if (!status.equals("RUNNING")) {
        finish();
        return result;
      }
    }
  }

  private void show(ApiClient api, String run) {
    boolean more = true;
    while (more) {
      JsonNode page = api.get(run + "/events?limit=1000&after=" + after);
      page.path("events").forEach(this::count);
      after = page.path("lastSeq").asInt();
      more = page.path("more").asBoolean();
    }
    String line =
        tallies.entrySet().stream()
            .map(entry -> entry.getValue().text(entry.getKey()))
            .collect(Collectors.joining("  "));
    if (output.isWatched() && !line.equals(shown)) {
      output.replaceLine(line);
    } else if (!output.isWatched() && !line.equals(shown)) {
      output.say(line);
    }
    shown = line;
  }

  private void finish() {
    if (output.isWatched()) {
      output.say("");
    }
  }

  private void count(JsonNode event) {
    JsonNode data = event.path("data");
    int ordinal = data.path("ordinal").asInt();
    switch (event.path("type").asText()) {
      case "ActivityScheduled" -> {
        String name = data.path("activity").asText();
        names.put(ordinal, name);
        tallies.computeIfAbsent(name, _ -> new Tally()).scheduled++;
      }
      case "ActivityCompleted" -> ended(ordinal).done++;
      case "ActivityFailed", "ActivityOutcomeUnknown" -> ended(ordinal).failed++;
      case "ActivityAttemptFailed" -> {
        Tally tally = ended(ordinal);
        tally.retries++;
        tally.waiting = data.path("failure").path("message").asText();
      }
      case "ActivityDeferred" ->
          ended(ordinal).waiting =
              data.path("reason").asText() + " until " + data.path("until").asText();
      default -> {
        // Timers, recorded values and the run's own events are no activity.
      }
    }
  }

  private Tally ended(int ordinal) {
    Tally tally = tallies.computeIfAbsent(names.getOrDefault(ordinal, "?"), _ -> new Tally());
    tally.waiting = "";
    return tally;
  }
}

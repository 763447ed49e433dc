package dev.backstitch.api.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.CommitPart;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a sync has put on its branch, told like a post: it commits by activities of its own, and
/// not through the outbox. What the activities returned is what tells it, so it is right for a run
/// that goes on, and for one that failed behind some of them. What the activity landed that failed
/// itself is not counted.
final class CommitLine {
  static final List<String> ACTIVITIES =
      List.of(CommitChanges.class.getSimpleName(), CommitPart.class.getSimpleName());

  private static final ObjectMapper JSON = EventCodec.mapper();
  private static final int SHORT_OID = 12;

  private CommitLine() {}

  /// Empty if the run is no sync that commits, or has not come to it yet.
  ///
  /// @param results what [#ACTIVITIES] returned, in order
  static Optional<PostLine> of(Run run, Payload input, List<Payload> results) {
    if (!run.workflow().equals("progress-sync")) {
      return Optional.empty();
    }
    try {
      SyncRequest request = JSON.readValue(input.json(), SyncRequest.class);
      Tally tally = Tally.of(results);
      boolean isOver = run.status() == RunStatus.COMPLETED && request.dryRun() == null;
      return tally.commits() > 0 || isOver ? Optional.of(line(request, tally)) : Optional.empty();
    } catch (JsonProcessingException foreign) {
      // Another program may call its workflow the same: it is shown without this line.
      return Optional.empty();
    }
  }

  private record Tally(int changes, int commits, String newest) {
    static Tally of(List<Payload> results) throws JsonProcessingException {
      Tally tally = new Tally(0, 0, "");
      for (Payload result : results) {
        JsonNode committed = JSON.readTree(result.json());
        if (committed.path("kind").asText().equals("committed")) {
          tally =
              new Tally(
                  tally.changes + committed.path("students").asInt(),
                  tally.commits + committed.path("commits").asInt(1),
                  committed.path("commitOid").asText());
        }
      }
      return tally;
    }
  }

  private static PostLine line(SyncRequest request, Tally tally) {
    String oid = tally.newest().substring(0, Math.min(SHORT_OID, tally.newest().length()));
    String details =
        switch (tally.commits()) {
          case 0 -> "nothing to commit";
          case 1 -> "commit " + oid;
          default -> "the last one " + oid;
        };
    return new PostLine(
        "branch " + request.branch() + " of " + request.repository(),
        PostLine.counted(tally.changes(), "change")
            + ", "
            + PostLine.counted(tally.commits(), "commit"),
        details,
        EventText.Tone.GOOD.name().toLowerCase(Locale.ROOT));
  }
}

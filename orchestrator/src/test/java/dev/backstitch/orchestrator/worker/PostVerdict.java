package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.checkpoint.SimulatedOutbox;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.PostVersion;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What must be true of every post when everything has come to its end: it follows from the
/// histories what should have been posted, and the walls show what was.
final class PostVerdict {
  private final SimulatedDatabase database;
  private final SimulatedWalls walls;
  private final Witness witness;
  private final Set<SimulatedOutbox.Version> expected = new TreeSet<>();
  private final Map<SimulatedOutbox.Version, Payload> contents = new TreeMap<>();
  private int finals;
  private int superseded;
  private int unchanged;

  PostVerdict(SimulatedDatabase database, SimulatedWalls walls, Witness witness) {
    this.database = database;
    this.walls = walls;
    this.witness = witness;
  }

  /// How much there was of it.
  ///
  /// @param finals posts of runs that were over
  /// @param asked versions that a target was asked about
  /// @param twice versions that came again to a target that can't tell
  record Tally(
      int recorded,
      int finals,
      int superseded,
      int unchanged,
      int deliveries,
      int arrived,
      int asked,
      int twice) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          recorded + other.recorded,
          finals + other.finals,
          superseded + other.superseded,
          unchanged + other.unchanged,
          deliveries + other.deliveries,
          arrived + other.arrived,
          asked + other.asked,
          twice + other.twice);
    }
  }

  Tally tally() {
    return new Tally(
        expected.size(),
        finals,
        superseded,
        unchanged,
        walls.deliveries(),
        walls.arrived(),
        walls.asked(),
        walls.twice());
  }

  void judge() {
    database.runs().forEach((run, row) -> expect(run, row.status()));
    if (!expected.equals(database.outbox().recorded())) {
      witness.violated(
          "posted were " + database.outbox().recorded() + ", by the histories " + expected);
    }
    if (!database.outbox().isQuiet()) {
      witness.violated("something is not delivered at the end");
    }
    expected.forEach(this::judge);
    Map<SimulatedOutbox.Slot, PostVersion> newest = new TreeMap<>();
    expected.forEach(
        each -> newest.merge(each.slot(), each.version(), (a, b) -> a.compareTo(b) < 0 ? b : a));
    newest.forEach(this::judgeNewest);
  }

  /// What a run has posted, by its history.
  private void expect(RunId run, RunStatus status) {
    List<RecordedEvent> history = database.history(run);
    Map<SimulatedOutbox.Slot, Event.FinalPostDeclared> declared = new TreeMap<>();
    for (RecordedEvent recorded : history) {
      PostVersion version = new PostVersion(run, recorded.seq());
      if (recorded.event() instanceof Event.PostRecorded post) {
        expect(new SimulatedOutbox.Slot(post.target(), post.key()), version, post.content());
      } else if (recorded.event() instanceof Event.FinalPostDeclared each) {
        declared.put(new SimulatedOutbox.Slot(each.target(), each.key()), each);
      } else if (recorded.event().isClosing()) {
        finals += declared.size();
        declared.forEach(
            (slot, each) -> expect(slot, version, SimulatedOutbox.content(each, status)));
      }
    }
  }

  private void expect(SimulatedOutbox.Slot slot, PostVersion version, Payload content) {
    SimulatedOutbox.Version each = new SimulatedOutbox.Version(slot, version);
    expected.add(each);
    contents.put(each, content);
  }

  /// Nothing is shown that is marked as never sent, and nothing is marked that was never shown.
  private void judge(SimulatedOutbox.Version version) {
    String fate = database.outbox().fate(version);
    boolean wasShown =
        walls.at(place(version.slot())).stream()
            .anyMatch(shown -> shown.version().equals(version.version()));
    switch (fate) {
      case "DELIVERED" -> {
        if (!wasShown) {
          witness.violated("marked as delivered, and never shown: " + version);
        }
      }
      case "UNCHANGED" -> unchanged++;
      case "SUPERSEDED" -> superseded++;
      default -> witness.violated(version + " is " + fate + " at the end");
    }
  }

  private void judgeNewest(SimulatedOutbox.Slot slot, PostVersion version) {
    List<SimulatedWalls.Shown> shown = walls.at(place(slot));
    Payload content =
        Objects.requireNonNull(contents.get(new SimulatedOutbox.Version(slot, version)));
    if (shown.isEmpty() || !shown.getLast().json().equals(content.json())) {
      witness.violated(slot + " shows " + shown + " in the end, and should " + content);
    }
  }

  private static SimulatedWalls.Place place(SimulatedOutbox.Slot slot) {
    return new SimulatedWalls.Place(slot.target(), slot.key());
  }
}

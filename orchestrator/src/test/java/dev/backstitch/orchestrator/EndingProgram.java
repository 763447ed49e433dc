package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// A process to be killed: starts one run for each way to end, lets it end in that way, and says so
/// when it stops before, in or behind the delivery of that end.
///
/// Arguments: JDBC address, user, password, folder, and where to stop: a [Stop].
final class EndingProgram {
  private static final String KIND = "ends";
  private static final String KEY = "state";
  private static final String RUNNING = "\"RUNNING\"";

  private EndingProgram() {}

  /// Where a delivery stops for ever.
  enum Stop {
    /// The run is over, and its end waits: what was posted before is still on its way.
    ENDED,
    /// The end was taken from the outbox, and not sent.
    TAKEN,
    /// The end was sent, and not marked.
    SENT,
    NEVER
  }

  public static void main(String[] arguments) throws Exception {
    DatabaseAddress database = new DatabaseAddress(arguments[0], arguments[1], arguments[2]);
    Stop stop = Stop.valueOf(arguments[4]);
    Ends ends = new Ends(Path.of(arguments[3]), stop);
    Orchestrator orchestrator = open(database, ends);
    Map<Ending, RunId> runs = new EnumMap<>(Ending.class);
    for (Ending ending : Ending.values()) {
      Payload input = Payload.ofJson("\"" + ending + "\"");
      RunId run = orchestrator.start(new StartRequest("show-end", ending.name(), input)).runId();
      System.out.println("run " + run);
      runs.put(ending, run);
    }
    for (Map.Entry<Ending, RunId> run : runs.entrySet()) {
      ends.awaitRunning(run.getKey());
      end(orchestrator, run.getValue(), run.getKey());
    }
    for (RunId run : runs.values()) {
      orchestrator.result(run, Engine.PATIENCE);
      if (stop == Stop.ENDED) {
        System.out.println("stopped");
      }
    }
    new CountDownLatch(1).await();
  }

  private static void end(Orchestrator orchestrator, RunId run, Ending ending) {
    switch (ending) {
      case COMPLETED, FAILED ->
          orchestrator.signal(run, new SignalRequest("go", "1", "test", Payload.ofJson("\"now\"")));
      case CANCELLED -> orchestrator.cancel(run, "test", "enough");
      case TERMINATED -> orchestrator.terminate(run, "test", "enough");
    }
  }

  static Orchestrator open(DatabaseAddress database, Ends ends) {
    return PostingProgram.open(database, registry -> register(registry, ends));
  }

  private static void register(Registry registry, Ends ends) {
    registry.workflow("show-end", ShowEnd::new);
    registry.target(KIND, ends);
  }

  /// Shows that it runs, declares its end, and ends as it is told.
  static final class ShowEnd implements Workflow<Ending, String> {
    @Override
    public String run(RunContext run, Ending told) {
      Target target = new Target(KIND, told.name());
      run.postAtEnd(target, KEY, Ending::name);
      run.post(target, KEY, "RUNNING");
      run.signals("go", String.class).receive();
      if (told == Ending.FAILED) {
        throw new IllegalStateException("as it was told");
      }
      return told.name();
    }
  }

  /// A folder with a file per place, which gets a line per post: its version and what it shows.
  static final class Ends implements PostTarget {
    private final Path folder;
    private final Stop stop;
    private final Map<String, CountDownLatch> running = new ConcurrentHashMap<>();
    private final Set<PostVersion> held = ConcurrentHashMap.newKeySet();

    Ends(Path folder, Stop stop) {
      this.folder = folder;
      this.stop = stop;
      for (Ending ending : Ending.values()) {
        running.put(ending.name(), new CountDownLatch(1));
      }
    }

    /// What a file shows, oldest first.
    List<String> shown(Ending ending) throws IOException {
      return lines(ending.name()).stream()
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .toList();
    }

    private List<String> lines(String place) throws IOException {
      Path file = folder.resolve(place);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// Waits until the first post of a run is on its way.
    void awaitRunning(Ending ending) throws InterruptedException {
      running(ending.name()).await();
    }

    private CountDownLatch running(String place) {
      return Objects.requireNonNull(running.get(place), place);
    }

    @Override
    public List<PostOutcome> deliver(Delivery delivery) throws Exception {
      List<PostOutcome> outcomes = new ArrayList<>();
      for (Item item : delivery.items()) {
        boolean first = item.contentJson().equals(RUNNING);
        if (first) {
          running(delivery.target().place()).countDown();
        }
        if (stop == Stop.ENDED) {
          hold(item.version());
        }
        stopIf(Stop.TAKEN, first, item);
        Files.writeString(
            folder.resolve(delivery.target().place()),
            item.version() + " " + item.contentJson() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        stopIf(Stop.SENT, first, item);
        outcomes.add(new PostOutcome.Delivered(null));
      }
      return outcomes;
    }

    private void stopIf(Stop here, boolean first, Item item) throws InterruptedException {
      if (stop == here && !first) {
        System.out.println("stopped");
        hold(item.version());
      }
    }

    private void hold(PostVersion version) throws InterruptedException {
      held.add(version);
      new CountDownLatch(1).await();
    }

    /// A process that is about to be killed tells nobody what became of what it holds.
    @Override
    public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit)
        throws Exception {
      for (Doubt doubt : doubts) {
        if (held.contains(doubt.version())) {
          hold(doubt.version());
        }
      }
      List<String> lines = lines(target.place());
      return doubts.stream()
          .map(doubt ->
              lines.stream().anyMatch(line -> line.startsWith(doubt.version() + " "))
                  ? ReadBack.LANDED
                  : ReadBack.ABSENT)
          .toList();
    }
  }
}

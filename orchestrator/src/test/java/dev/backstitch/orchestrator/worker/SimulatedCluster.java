package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.catalog.CatalogBuilder;
import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.checkpoint.SimulatedLane;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.simulation.Simulation;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Some workers, some clients, and bad luck: everything about them comes from one seed.
///
/// For fifteen seconds of simulated time processes are killed, frozen, drained and cut off, and the
/// network loses requests and answers. Then luck turns, and everything must come to its end: what
/// does not by itself is cancelled after a while.
final class SimulatedCluster implements SimulatedLane.Network, SimulatedProgram.World {
  private static final Duration BAD_LUCK = Duration.ofSeconds(15);
  private static final Duration OPERATOR = Duration.ofSeconds(22);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MOST_STEPS = 400_000;

  private final long seed;
  private final Flaw flaw;
  private final Simulation simulation;
  private final SplittableRandom chance;
  private final SimulatedDatabase database;
  private final Witness witness;
  private final Correspondence correspondence;
  private final SimulatedSenders senders;
  private final SimulatedWalls walls;
  private final Catalog catalog;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final double lossiness;
  private int pendingStarts;
  private int deaths;

  /// What is made wrong on purpose, to see that a simulation finds it.
  enum Flaw {
    NONE,
    NO_FENCE_CHECK,
    LOADS_WHAT_IS_STILL_IN_MEMORY,
    PARKS_WITHOUT_LOOKING,
    SETTLES_WITHOUT_MESSAGES,
    RETRIES_UNDER_ANOTHER_ID,
    POSTS_WITHOUT_VERSIONS,
    SENDS_AGAIN_WITHOUT_ASKING,
    TWO_DELIVERIES_AT_ONCE,
    SENDS_BEHIND_ITS_LEASE,
    ASKS_WITHOUT_GRACE;

    Set<SimulatedDatabase.Flaw> inDatabase() {
      return switch (this) {
        case NO_FENCE_CHECK -> Set.of(SimulatedDatabase.Flaw.NO_FENCE_CHECK);
        case PARKS_WITHOUT_LOOKING -> Set.of(SimulatedDatabase.Flaw.PARKS_WITHOUT_LOOKING);
        case SETTLES_WITHOUT_MESSAGES -> Set.of(SimulatedDatabase.Flaw.SETTLES_WITHOUT_MESSAGES);
        case POSTS_WITHOUT_VERSIONS -> Set.of(SimulatedDatabase.Flaw.POSTS_WITHOUT_VERSIONS);
        case SENDS_AGAIN_WITHOUT_ASKING ->
            Set.of(SimulatedDatabase.Flaw.SENDS_AGAIN_WITHOUT_ASKING);
        case TWO_DELIVERIES_AT_ONCE -> Set.of(SimulatedDatabase.Flaw.TWO_DELIVERIES_AT_ONCE);
        case NONE,
            LOADS_WHAT_IS_STILL_IN_MEMORY,
            RETRIES_UNDER_ANOTHER_ID,
            SENDS_BEHIND_ITS_LEASE,
            ASKS_WITHOUT_GRACE ->
            Set.of();
      };
    }
  }

  private SimulatedCluster(long seed, Flaw flaw) {
    this.flaw = flaw;
    this.seed = seed;
    this.simulation = new Simulation(seed);
    this.chance = simulation.chance();
    this.database = new SimulatedDatabase(simulation::now, flaw.inDatabase());
    this.witness = new Witness(simulation, database);
    this.correspondence = new Correspondence(witness);
    this.senders =
        new SimulatedSenders(
            simulation, database, this, correspondence, flaw == Flaw.RETRIES_UNDER_ANOTHER_ID);
    this.walls = new SimulatedWalls(simulation, witness, this::isBadDay);
    this.catalog =
        CatalogBuilder.build(
            List.of(SimulatedProgram.module(this)), new Settings(Map.of()), SimulatedWorker.CODEC);
    this.lossiness = chance.nextBoolean() ? 0 : chance.nextDouble() * 0.15;
  }

  /// What one seed came to.
  ///
  /// @param deaths how many workers were killed, drained, frozen or cut off
  record Story(
      long seed,
      List<String> violations,
      List<String> lines,
      int runs,
      int flushes,
      int deaths,
      int takeovers,
      Correspondence.Tally messages,
      PostVerdict.Tally posts) {

    @Override
    public String toString() {
      return "seed %d: %s%n%s"
          .formatted(seed, violations, lines.stream().collect(Collectors.joining("\n")));
    }
  }

  static Story play(long seed, Flaw flaw) {
    return new SimulatedCluster(seed, flaw).play();
  }

  private Story play() {
    try {
      int count = 2 + chance.nextInt(2);
      for (int i = 0; i < count; i++) {
        join();
      }
      clients();
      faults();
      simulation.after(OPERATOR, null, this::endWhatIsOpen);
      int steps = 0;
      while (!isOver() && steps++ < MOST_STEPS && simulation.step()) {
        // Each step is everything that there is to do.
      }
      new HistoryVerdict(database, catalog, witness, correspondence).judge();
      PostVerdict posts = new PostVerdict(database, walls, witness);
      posts.judge();
      return new Story(
          seed,
          witness.violations(),
          simulation.story(),
          database.runs().size(),
          witness.flushes(),
          deaths,
          witness.takeovers(),
          correspondence.tally(),
          posts.tally());
    } finally {
      simulation.close();
    }
  }

  private boolean isOver() {
    Duration now = Duration.ofNanos(simulation.nanoTime());
    boolean allClosed =
        database.runs().values().stream().allMatch(SimulatedDatabase.RunRow::isClosed);
    return now.compareTo(PATIENCE) > 0
        || (now.compareTo(BAD_LUCK) > 0 && pendingStarts == 0 && allClosed && outboxIsQuiet());
  }

  /// Nothing is dead for ever: somebody looks at it when luck has turned.
  private boolean outboxIsQuiet() {
    database.outbox().redriveAll();
    return database.outbox().isQuiet();
  }

  // ------------------------------------------------------------------ workers and their fate

  private void join() {
    SimulatedWorker worker = new SimulatedWorker(simulation, database, this, catalog, witness);
    if (flaw == Flaw.LOADS_WHAT_IS_STILL_IN_MEMORY) {
      worker.loadWhatIsStillInMemory();
    }
    workers.add(worker);
    worker.deliver(flaw);
    worker.start();
    simulation.tell(worker.id() + " joins");
    replaceWhenLost(worker);
  }

  /// As the orchestrator does: a process whose worker has lost its lease registers anew.
  private void replaceWhenLost(SimulatedWorker worker) {
    simulation.after(
        Duration.ofMillis(200),
        worker.process(),
        () -> {
          if (worker.isLost()) {
            join();
          } else {
            replaceWhenLost(worker);
          }
        });
  }

  private void faults() {
    int faults = chance.nextInt(6);
    for (int i = 0; i < faults; i++) {
      simulation.after(simulation.within(BAD_LUCK), null, this::fault);
    }
  }

  private void fault() {
    SimulatedWorker victim = workers.get(chance.nextInt(workers.size()));
    if (!victim.serves()) {
      return;
    }
    deaths++;
    switch (chance.nextInt(4)) {
      case 0 -> {
        simulation.tell(victim.id() + " is killed");
        victim.kill();
        replaceLater();
      }
      case 1 -> {
        simulation.tell(victim.id() + " freezes");
        victim.process().freeze();
        simulation.after(
            simulation.within(Duration.ofSeconds(8)),
            null,
            () -> {
              simulation.tell(victim.id() + " wakes up");
              victim.process().wakeUp();
            });
      }
      case 2 -> {
        simulation.tell(victim.id() + " drains");
        victim.drain();
        replaceLater();
      }
      default -> {
        simulation.tell(victim.id() + " loses its session");
        database.cutSession(victim.id());
      }
    }
  }

  private void replaceLater() {
    simulation.after(simulation.within(Duration.ofSeconds(2)), null, this::join);
  }

  private boolean isBadLuck() {
    return isBadDay() && chance.nextDouble() < lossiness;
  }

  private boolean isBadDay() {
    return simulation.nanoTime() < BAD_LUCK.toNanos();
  }

  @Override
  public boolean losesRequest() {
    return isBadLuck();
  }

  @Override
  public boolean losesAnswer() {
    return isBadLuck();
  }

  // ------------------------------------------------------------------ clients

  private void clients() {
    int clients = 2 + chance.nextInt(5);
    for (int i = 0; i < clients; i++) {
      String key = chance.nextInt(3) == 0 ? "key " + chance.nextInt(2) : null;
      Payload input = SimulatedWorker.CODEC.encode((long) chance.nextInt(1_000_000));
      Event.RunStarted event = new Event.RunStarted(SimulatedProgram.NAME, key, "test", input);
      pendingStarts++;
      simulation.after(simulation.within(BAD_LUCK), null, () -> ask(event));
    }
  }

  private void ask(Event.RunStarted event) {
    List<SimulatedWorker> serving = workers.stream().filter(SimulatedWorker::serves).toList();
    if (serving.isEmpty()) {
      simulation.after(Duration.ofMillis(300), null, () -> ask(event));
      return;
    }
    SimulatedWorker worker = serving.get(chance.nextInt(serving.size()));
    CompletableFuture<StartResult> answer = worker.start(event);
    // A client whose server is dead or frozen does not wait for ever.
    simulation.after(Duration.ofSeconds(4), null, () -> answer.cancel(false));
    var _ = answer.whenComplete((result, failure) -> heard(event, result, failure));
  }

  private void heard(
      Event.RunStarted event, @Nullable StartResult result, @Nullable Throwable failure) {
    switch (result) {
      case StartResult.Started(var run) -> known(run);
      case StartResult.AlreadyOpen(var run) -> known(run);
      case null -> simulation.tell("a start failed: " + failure);
    }
    // Without a key nobody could tell a second start from the first.
    if (result == null && event.key() != null && !simulationIsOver()) {
      simulation.after(Duration.ofMillis(300), null, () -> ask(event));
    } else {
      pendingStarts--;
    }
  }

  private void known(RunId run) {
    witness.started(run);
    senders.hearOf(run);
  }

  /// Some programs wait until they are told something, and not everybody has somebody to tell it.
  private void endWhatIsOpen() {
    database.runs().entrySet().stream()
        .filter(run -> !run.getValue().isClosed())
        .forEach(run -> senders.cancelOnce(run.getKey()));
    simulation.after(Duration.ofSeconds(1), null, this::endWhatIsOpen);
  }

  private boolean simulationIsOver() {
    return simulation.nanoTime() > PATIENCE.toNanos();
  }

  // ------------------------------------------------------------------ what activities do

  @Override
  public <C extends Call<String>> ActivityHandler<C, String> handler(Effect effect) {
    return (call, attempt) -> serve(effect, attempt);
  }

  @Override
  public PostTarget target(String kind) {
    return walls.of(kind);
  }

  private String serve(Effect effect, ActivityContext attempt) {
    boolean slow = chance.nextInt(15) == 0;
    simulation.pause(simulation.within(Duration.ofMillis(slow ? 3_000 : 60)));
    switch (chance.nextInt(25)) {
      case 0 -> throw new DeferredException("quota", Duration.ofMillis(200));
      case 1, 2 -> throw new TransientFailureException("busy", "not now");
      case 3 -> throw new PermanentFailureException("never", "not at all");
      default -> witness.effect(effect, attempt);
    }
    simulation.pause(simulation.within(Duration.ofMillis(20)));
    return "done " + attempt.idempotencyKey();
  }
}

package dev.backstitch.loadtest.contest;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.loadtest.meter.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// Every engine does every workload that it can do, in turns, round after round.
///
/// Belongs to one thread. Closing it ends all engines.
public final class Contest implements AutoCloseable {
  /// The longest that a process warms up, in times of a measurement: one that is new, and one that
  /// has worked before.
  private static final int NEW_PROCESS_WARM_UP = 10;

  private static final int WARM_UP = 2;
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(40);

  private static final int NEW_PROCESS_STEPS = 10;
  private static final int WAITING_RUNS = 100_000;
  private static final double MEBIBYTE = 1 << 20;

  private final Arena arena;
  private final Plan plan;
  private final Function<Contender, String> classPaths;
  private final Map<Contender, Entrant> entrants = new EnumMap<>(Contender.class);
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Set<String> restless = new LinkedHashSet<>();

  /// What is to be done.
  ///
  /// @param inFlight how many runs are open at a time: every workload that leaves this open is done
  ///   with each of these numbers; at least one
  /// @param time of each measurement
  /// @param atMostRuns of each measurement
  public record Plan(
      List<Workload> workloads,
      List<Contender> contenders,
      int rounds,
      List<Integer> inFlight,
      Duration time,
      long atMostRuns) {

    /// Copies the lists.
    public Plan {
      workloads = List.copyOf(workloads);
      contenders = List.copyOf(contenders);
      inFlight = List.copyOf(inFlight);
    }

    List<Point> points() {
      return workloads.stream().flatMap(workload -> Point.of(workload, inFlight).stream()).toList();
    }
  }

  /// An engine's process, and where it works.
  record Entrant(EngineHandle engine, Ground ground, Meter meter) {}

  /// @param classPaths on which each engine is found
  public Contest(Arena arena, Plan plan, Function<Contender, String> classPaths) {
    this.arena = arena;
    this.plan = plan;
    this.classPaths = classPaths;
  }

  /// What came out of it.
  ///
  /// @param settings what each engine says of its own
  /// @param missing why a peer has no row, one line each
  /// @param restless whose compiler was still at work when it was measured, one line each
  public record Outcome(
      List<Row> rows, Map<String, String> settings, List<String> missing, List<String> restless) {

    /// Copies everything.
    public Outcome {
      rows = List.copyOf(rows);
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      missing = List.copyOf(missing);
      restless = List.copyOf(restless);
    }
  }

  /// Measures everything. A peer that fails is left out of that workload: it may not be there, or
  /// not run on this machine.
  ///
  /// @param progress told what is being done
  /// @throws CommandFailedException if one of this house's engines fails
  public Outcome run(Consumer<String> progress) {
    List<Row> rows = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Point point : plan.points()) {
      List<Contender> able =
          new ArrayList<>(
              plan.contenders().stream().filter(c -> c.does(point.workload())).toList());
      Map<Contender, Map<String, List<Measurement>>> measured = new EnumMap<>(Contender.class);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Contender contender : List.copyOf(able)) {
          progress.accept(
              "%s: %s, round %d of %d".formatted(point, contender, round, plan.rounds()));
          try {
            Map<String, List<Measurement>> figures =
                measured.computeIfAbsent(contender, _ -> new LinkedHashMap<>());
            measure(point, contender)
                .forEach((unit, measurements) ->
                    figures.computeIfAbsent(unit, _ -> new ArrayList<>()).addAll(measurements));
          } catch (CommandFailedException e) {
            if (!contender.isPeer()) {
              throw e;
            }
            missing.add(point + ": " + e.getMessage());
            able.remove(contender);
            measured.remove(contender);
            leave(contender);
          }
        }
      }
      rows.addAll(rows(point, measured));
    }
    return new Outcome(rows, settings, missing, List.copyOf(restless));
  }

  private static List<Row> rows(
      Point point, Map<Contender, Map<String, List<Measurement>>> measured) {
    Map<String, List<Measurement>> ours = measured.getOrDefault(Contender.BACKSTITCH, Map.of());
    List<Row> rows = new ArrayList<>();
    measured.forEach((contender, figures) ->
        figures.forEach((unit, rounds) ->
            rows.add(
                Row.of(
                    new Row.Subject(point, contender, unit),
                    rounds,
                    ours.getOrDefault(unit, List.of())))));
    return rows;
  }

  private void leave(Contender contender) {
    Entrant entrant = entrants.remove(contender);
    if (entrant != null) {
      entrant.engine().close();
    }
  }

  /// One turn: figures by their unit.
  private Map<String, List<Measurement>> measure(Point point, Contender contender) {
    return switch (point.workload()) {
      case STEPS_10, STEPS_100, STEPS_1, LATENCY_3, JOBS ->
          Map.of(point.workload().unit(), List.of(plain(point, contender)));
      case LONG_HISTORY -> {
        Entrant entrant = entrant(contender);
        open(contender, entrant);
        if (!warmUp(contender, NEW_PROCESS_STEPS, point.inFlight(), NEW_PROCESS_WARM_UP)) {
          restless.add(point + ": " + contender);
        }
        yield LongHistory.measure(contender, entrant, plan);
      }
      case WAITING -> {
        int runs = (int) Math.min(plan.atMostRuns(), WAITING_RUNS);
        Entrant entrant = entrant(contender);
        open(contender, entrant);
        double bytes = entrant.engine().hold(runs);
        // What stays in memory must not be in the way of the next workload.
        leave(contender);
        yield Map.of(
            "MiB/100k runs", List.of(Measurement.of(bytes / runs * WAITING_RUNS / MEBIBYTE)));
      }
      case RECOVERY -> recover(contender);
    };
  }

  private Map<String, List<Measurement>> recover(Contender contender) {
    int runs = (int) Math.min(plan.atMostRuns(), Recovery.RUNS);
    leave(contender);
    Ground ground = arena.prepare(contender);
    Recovery recovery =
        new Recovery(
            () -> EngineHandle.start(contender, classPaths.apply(contender), arena.folder()),
            ground);
    return recovery.measure(runs);
  }

  private Measurement plain(Point point, Contender contender) {
    Workload workload = point.workload();
    boolean isNew = !entrants.containsKey(contender);
    Entrant entrant = entrant(contender);
    open(contender, entrant);
    if (isNew) {
      warmUp(contender, NEW_PROCESS_STEPS, plan.inFlight().getFirst(), NEW_PROCESS_WARM_UP);
    }
    if (!warmUp(contender, workload.steps(), point.inFlight(), WARM_UP)) {
      restless.add(point + ": " + contender);
    }
    Reading before = entrant.meter().read();
    Answer.Performed done =
        entrant
            .engine()
            .perform(new Work(workload.steps(), point.inFlight(), plan.atMostRuns(), plan.time()));
    Cost cost = before.until(entrant.meter().read());
    entrant.engine().closeSession();
    return Measurement.of(workload, done, cost);
  }

  /// @param times the longest, in times of a measurement
  /// @return whether its compiler rests
  private boolean warmUp(Contender contender, int steps, int inFlight, int times) {
    Duration longest = plan.time().multipliedBy(times);
    Duration bounded = longest.compareTo(LONGEST_WARM_UP) < 0 ? longest : LONGEST_WARM_UP;
    return entrant(contender)
        .engine()
        .warmUp(new Work(steps, inFlight, plan.atMostRuns(), bounded));
  }

  private Entrant entrant(Contender contender) {
    return entrants.computeIfAbsent(contender, this::enter);
  }

  private void open(Contender contender, Entrant entrant) {
    settings.put(contender.label(), entrant.engine().open(entrant.ground()));
  }

  private Entrant enter(Contender contender) {
    Ground ground = arena.prepare(contender);
    EngineHandle engine =
        EngineHandle.start(contender, classPaths.apply(contender), arena.folder());
    return new Entrant(engine, ground, Arena.meter(ground, engine.processId()));
  }

  @Override
  public void close() {
    entrants.values().forEach(entrant -> entrant.engine().close());
  }
}

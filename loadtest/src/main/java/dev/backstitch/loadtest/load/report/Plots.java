package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.chaos.ChaosSummary;
import dev.backstitch.loadtest.load.arrival.Latency;
import dev.backstitch.loadtest.load.draw.BarPlot;
import dev.backstitch.loadtest.load.draw.Figure;
import dev.backstitch.loadtest.load.draw.LinePlot;
import dev.backstitch.loadtest.load.draw.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The plots that a report's measurements give, in the order of the page.
final class Plots {
  private static final Map<Double, String> PERCENTILES = percentiles();
  private static final double MICROS = 1_000;

  private final List<Measurement> measurements;
  private final List<Plot> plots = new ArrayList<>();

  private Plots(List<Measurement> measurements) {
    this.measurements = measurements;
  }

  static List<Plot> of(List<Measurement> measurements) {
    Plots plots = new Plots(measurements);
    plots.throughput();
    plots.latency();
    plots.length();
    plots.processor();
    plots.log();
    plots.memory();
    plots.recovery();
    plots.overTime();
    return plots.plots;
  }

  /// What was done beside something else is no point of a sweep: it has no costs of its own.
  private void throughput() {
    Map<String, List<Measurement>> sweeps =
        matching(one ->
                one.costs() != null
                    && one.conditions().rate() == null
                    && one.conditions().atEvent() == null)
            .collect(
                Collectors.groupingBy(
                    Measurement::scenario, LinkedHashMap::new, Collectors.toList()));
    sweeps.values().removeIf(sweep -> distinctInFlight(sweep) < 2);
    if (sweeps.isEmpty()) {
      return;
    }
    List<Series> lines = new ArrayList<>();
    sweeps.forEach((scenario, sweep) ->
        lines.add(
            new Series(
                scenario,
                sweep.stream()
                    .map(one ->
                        new Series.Spot(one.conditions().inFlight(), one.volume().stepsPerSecond()))
                    .toList())));
    add(
        new Lines(
            "Throughput against concurrency",
            "Durable steps a second, with so many runs open at a time.",
            LinePlot.Frame.numbers("runs in flight", "steps per second").withLogarithmicX(),
            lines),
        sweeps.values().stream().flatMap(List::stream).toList());
  }

  private static long distinctInFlight(List<Measurement> sweep) {
    return sweep.stream().map(one -> one.conditions().inFlight()).distinct().count();
  }

  /// One plot for all whose latencies mean the same.
  private void latency() {
    Map<String, List<Measurement>> alike =
        matching(one -> one.latency().count() > 0)
            .collect(
                Collectors.groupingBy(
                    Measurement::latencyFrom, LinkedHashMap::new, Collectors.toList()));
    alike.forEach((from, some) ->
        add(
            new Lines(
                "Latency: " + scenarios(some),
                "In milliseconds, " + from + ".",
                LinePlot.Frame.numbers("percentile", "milliseconds (each line ten times more)")
                    .withLogarithmicY()
                    .withMarks(PERCENTILES),
                some.stream().map(one -> new Series(name(one), spots(one.latency()))).toList()),
            some));
  }

  private static String scenarios(List<Measurement> some) {
    return some.stream().map(Measurement::scenario).distinct().collect(Collectors.joining(", "));
  }

  private static List<Series.Spot> spots(Latency latency) {
    return List.of(
        new Series.Spot(0, latency.p50Millis()),
        new Series.Spot(1, latency.p90Millis()),
        new Series.Spot(2, latency.p99Millis()),
        new Series.Spot(3, latency.p999Millis()),
        new Series.Spot(4, latency.maxMillis()));
  }

  private static Map<Double, String> percentiles() {
    Map<Double, String> names = new TreeMap<>();
    names.put(0.0, "p50");
    names.put(1.0, "p90");
    names.put(2.0, "p99");
    names.put(3.0, "p99.9");
    names.put(4.0, "max");
    return names;
  }

  private void length() {
    List<Measurement> some =
        matching(one -> one.conditions().atEvent() != null && one.costs() != null).toList();
    if (some.isEmpty()) {
      return;
    }
    List<Series> lines =
        List.of(
            new Series("engine", atEvents(some, Plots::engineMicros)),
            new Series("database", atEvents(some, Plots::databaseMicros)),
            new Series("both", atEvents(some, Plots::bothMicros)));
    add(
        new Lines(
            "Cost of a step against the length of its history",
            "Processor time of one step when its run's history has so many events.",
            LinePlot.Frame.numbers("events in the history", "µs of processor time per step")
                .withLogarithmicX(),
            lines),
        some);
  }

  private static List<Series.Spot> atEvents(
      List<Measurement> some, Function<Costs, Double> micros) {
    return some.stream()
        .map(one ->
            new Series.Spot(
                Objects.requireNonNull(one.conditions().atEvent()),
                micros.apply(Objects.requireNonNull(one.costs()))))
        .toList();
  }

  private void processor() {
    bars(
        "Processor time",
        "CPU seconds per 1,000 steps. The engine's share holds the load's own clients where both are"
            + " one process.",
        List.of("engine", "database"),
        costs -> List.of(engineMicros(costs) / MICROS, databaseMicros(costs) / MICROS),
        costs ->
            Figure.of(engineMicros(costs) / MICROS)
                + " + "
                + Figure.of(databaseMicros(costs) / MICROS)
                + " s per 1,000 steps");
  }

  private void log() {
    bars(
        "Write-ahead log",
        "Bytes of PostgreSQL's write-ahead log per step: what goes to disk and to standbys.",
        List.of("bytes of WAL per step"),
        costs -> List.of(costs.walBytesPerStep()),
        costs -> Figure.of(costs.walBytesPerStep()) + " bytes");
  }

  private void bars(
      String title,
      String explanation,
      List<String> legend,
      Function<Costs, List<Double>> parts,
      Function<Costs, String> value) {
    List<Measurement> some = matching(one -> one.costs() != null).toList();
    if (some.isEmpty()) {
      return;
    }
    List<BarPlot.Bar> bars = new ArrayList<>();
    for (Measurement one : some) {
      Costs costs = Objects.requireNonNull(one.costs());
      bars.add(new BarPlot.Bar(name(one), parts.apply(costs), value.apply(costs)));
    }
    add(title, explanation, BarPlot.draw(legend, bars, title), some);
  }

  private void memory() {
    List<Measurement> some = matching(one -> heapPerRun(one).isPresent()).toList();
    if (some.isEmpty()) {
      return;
    }
    List<BarPlot.Bar> bars =
        some.stream()
            .map(one ->
                new BarPlot.Bar(
                    Figure.of((double) Objects.requireNonNull(one.waiting()).runs())
                        + " waiting runs",
                    List.of(heapPerRun(one).orElse(0.0)),
                    Figure.of(heapPerRun(one).orElse(0.0)) + " bytes each"))
            .toList();
    add(
        "Memory of a waiting run",
        "What each run that sleeps adds to the heap, after a full collection.",
        BarPlot.draw(List.of("bytes of heap per waiting run"), bars, "Memory of a waiting run"),
        some);
  }

  private static Optional<Double> heapPerRun(Measurement one) {
    return Optional.ofNullable(one.waiting())
        .flatMap(waiting -> Optional.ofNullable(waiting.heapBytesPerRun()));
  }

  /// Kills by themselves: a server that is dead is found out otherwise than one that only stands
  /// still, or that the database does not hear.
  private void recovery() {
    for (Measurement one : matching(one -> one.chaos() != null).toList()) {
      ChaosSummary chaos = Objects.requireNonNull(one.chaos());
      Map<String, ChaosSummary.Recovery> others = new LinkedHashMap<>(chaos.takeoverMillis());
      ChaosSummary.Recovery kill = others.remove("kill");
      recovery(
          "Recovery after a kill",
          ("Milliseconds from the kill -9 of a server until every run that it had was owned again;"
                  + " %d of %d kills measured. Meanwhile servers were frozen %d and cut off %d times,"
                  + " the database restarted %d times. Lost: %d, repeated: %d, invariants violated:"
                  + " %d.")
              .formatted(
                  kill == null ? 0 : kill.times(),
                  chaos.kills(),
                  chaos.freezes(),
                  chaos.partitions(),
                  chaos.databaseRestarts(),
                  chaos.lost(),
                  chaos.repeated(),
                  chaos.violations()),
          kill == null ? Map.of() : Map.of("kill", kill),
          one);
      if (!others.isEmpty()) {
        recovery(
            "Recovery after a freeze or a partition",
            "Milliseconds from when a server stood still, or was cut off from the database, for"
                + " longer than its lease, until every run that it had was owned again.",
            others,
            one);
      }
    }
  }

  private void recovery(
      String title,
      String explanation,
      Map<String, ChaosSummary.Recovery> measured,
      Measurement one) {
    List<BarPlot.Bar> bars = new ArrayList<>();
    measured.forEach((fault, recovery) -> {
      bars.add(recovered(fault + ", median of " + recovery.times(), recovery.median()));
      bars.add(recovered(fault + ", p99", recovery.p99()));
      bars.add(recovered(fault + ", longest", recovery.max()));
    });
    add(title, explanation, BarPlot.draw(List.of("milliseconds"), bars, title), List.of(one));
  }

  private static BarPlot.Bar recovered(String name, long millis) {
    return new BarPlot.Bar(name, List.of((double) millis), Figure.of((double) millis) + " ms");
  }

  private void overTime() {
    List<Measurement> some = matching(one -> one.runsBySecond().size() > 1).toList();
    if (some.isEmpty()) {
      return;
    }
    List<Series> lines = new ArrayList<>();
    for (Measurement one : some) {
      List<Series.Spot> spots = new ArrayList<>();
      for (int second = 0; second < one.runsBySecond().size(); second++) {
        spots.add(new Series.Spot(second + 1, (double) one.runsBySecond().get(second)));
      }
      lines.add(new Series(name(one), spots));
    }
    add(
        new Lines(
            "Throughput over time",
            "Runs that ended in each second. A dip is a stall: a checkpoint of the database, a"
                + " garbage collection, another program.",
            LinePlot.Frame.numbers("seconds", "runs per second"),
            lines),
        some);
  }

  private static double engineMicros(Costs costs) {
    return costs.engineCpuSecondsPerThousandSteps() * MICROS;
  }

  private static double databaseMicros(Costs costs) {
    return Objects.requireNonNullElse(costs.databaseCpuSecondsPerThousandSteps(), 0.0) * MICROS;
  }

  private static double bothMicros(Costs costs) {
    return engineMicros(costs) + databaseMicros(costs);
  }

  private static String name(Measurement one) {
    return one.scenario() + ", " + one.label();
  }

  private java.util.stream.Stream<Measurement> matching(Predicate<Measurement> wanted) {
    return measurements.stream().filter(wanted);
  }

  private void add(String title, String explanation, String svg, List<Measurement> behind) {
    plots.add(new Plot(title, explanation, svg, List.of(), commands(behind)));
  }

  private void add(Lines drawn, List<Measurement> behind) {
    plots.add(
        new Plot(
            drawn.title(),
            drawn.explanation(),
            LinePlot.draw(drawn.frame(), drawn.lines(), drawn.title()),
            drawn.lines().stream().map(Series::name).toList(),
            commands(behind)));
  }

  private static List<String> commands(List<Measurement> behind) {
    return behind.stream().map(Measurement::command).toList();
  }

  private record Lines(
      String title, String explanation, LinePlot.Frame frame, List<Series> lines) {}
}

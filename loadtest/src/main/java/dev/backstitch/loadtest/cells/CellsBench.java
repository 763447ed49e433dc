package dev.backstitch.loadtest.cells;

import dev.backstitch.loadtest.load.arrival.Generator;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.arrival.Latency;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.arrival.Terms;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Reading;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts the same load for each cell on one cell and on several. Belongs to one thread.
public final class CellsBench implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SEED = 1;
  private static final int MOST_AT_A_TIME = 10_000;
  private static final int PAYLOAD_BYTES = 200;
  private static final double THOUSAND = 1_000;

  private final Plan plan;
  private final Consumer<String> talk;
  private final List<Cell> cells = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Halt halt = new Halt();
  private int measured;

  /// What is to be measured.
  ///
  /// @param cells numbers of cells, one after the other
  /// @param ratePerCell runs a second for each cell where the load is held
  /// @param inFlightPerCell clients for each cell where it is flat out
  /// @param stepsPerRun durable steps of each run
  /// @param warmUp how long all cells are kept busy before
  /// @param duration of each measurement
  public record Plan(
      List<Integer> cells,
      double ratePerCell,
      int inFlightPerCell,
      int stepsPerRun,
      Duration warmUp,
      Duration duration) {

    /// Copies the list.
    public Plan {
      cells = List.copyOf(cells);
    }
  }

  private CellsBench(Plan plan, Consumer<String> talk) {
    this.plan = plan;
    this.talk = talk;
  }

  /// Opens as many cells as the plan's largest number.
  ///
  /// @param talk told how it goes
  public static CellsBench open(Plan plan, Consumer<String> talk) throws InterruptedException {
    CellsBench bench = new CellsBench(plan, talk);
    try {
      for (int i = 1; i <= Collections.max(plan.cells()); i++) {
        talk.accept("opening cell " + i);
        bench.cells.add(Cell.open("cell-" + i, bench.halt));
      }
      return bench;
    } catch (RuntimeException | InterruptedException e) {
      bench.close();
      throw e;
    }
  }

  /// Measures everything: for each number of cells held at the rate, then flat out.
  public List<CellsRow> measure() throws InterruptedException {
    talk.accept("warming up");
    put(cells, flatOut(cells.size(), plan.warmUp()), new Tally());
    List<CellsRow> rows = new ArrayList<>();
    for (int count : plan.cells()) {
      // A server gets cheaper the more it has done: the next ones in turn, so that all have done
      // alike.
      List<Cell> used = List.copyOf(cells.subList(0, count));
      Collections.rotate(cells, -count);
      double rate = count * plan.ratePerCell();
      talk.accept("cells: " + count + ", held at " + rate + " runs a second");
      rows.add(
          measure(
              used,
              new Terms(
                  OptionalDouble.of(rate), MOST_AT_A_TIME, Long.MAX_VALUE, plan.duration(), SEED)));
      talk.accept("cells: " + count + ", flat out");
      rows.add(measure(used, flatOut(count, plan.duration())));
    }
    return rows;
  }

  private Terms flatOut(int count, Duration longest) {
    return new Terms(
        OptionalDouble.empty(), count * plan.inFlightPerCell(), Long.MAX_VALUE, longest, SEED);
  }

  private CellsRow measure(List<Cell> used, Terms terms) throws InterruptedException {
    List<Look> before = used.stream().map(Look::at).toList();
    Tally tally = new Tally();
    double seconds = put(used, terms, tally).toNanos() / 1e9;
    List<CellsRow.Each> each =
        before.stream().map(look -> look.until(plan.stepsPerRun(), seconds)).toList();
    Latency latency = tally.latency();
    double runsPerSecond = tally.done() / seconds;
    boolean held = terms.rate().isPresent();
    return new CellsRow(
        used.size(),
        held ? "held" : "flat-out",
        held ? (Double) terms.rate().getAsDouble() : null,
        seconds,
        runsPerSecond,
        runsPerSecond * plan.stepsPerRun(),
        latency.p50Millis(),
        latency.p99Millis(),
        tally.failed() + tally.notBegun() + tally.inFlight(),
        together(each),
        each);
  }

  /// A cell's figures weigh as much as it did.
  private static @Nullable Double together(List<CellsRow.Each> each) {
    double steps = each.stream().mapToDouble(CellsRow.Each::stepsPerSecond).sum();
    if (steps == 0) {
      return null;
    }
    return each.stream()
        .filter(cell -> cell.stepsPerSecond() > 0)
        .mapToDouble(cell ->
            cell.stepsPerSecond()
                / steps
                * (Objects.requireNonNull(cell.engineCpuSecondsPerThousandSteps())
                    + Objects.requireNonNullElse(cell.databaseCpuSecondsPerThousandSteps(), 0.0)))
        .sum();
  }

  /// What a cell showed when a measurement began.
  private record Look(Cell cell, long runs, Reading reading) {

    private static Look at(Cell cell) {
      return new Look(cell, cell.completed(), cell.read());
    }

    private CellsRow.Each until(int stepsPerRun, double seconds) {
      long done = cell.completed() - runs;
      long steps = done * stepsPerRun;
      Cost cost = reading.until(cell.read());
      return new CellsRow.Each(
          cell.name(),
          done,
          steps / seconds,
          steps == 0 ? null : (Double) (cost.engineMicrosPer(steps) / THOUSAND),
          steps == 0 || cost.database().isEmpty()
              ? null
              : (Double) (cost.databaseMicrosPer(steps) / THOUSAND));
    }
  }

  /// Sends every run to the cell of its key.
  private Duration put(List<Cell> used, Terms terms, Tally tally) throws InterruptedException {
    Map<String, Cell> byName = new LinkedHashMap<>();
    used.forEach(cell -> byName.put(cell.name(), cell));
    CellRouter router = new CellRouter(List.copyOf(byName.keySet()));
    measured++;
    String prefix = "load-" + measured + "-";
    Payload input = input();
    return new Generator(threads, halt)
        .generate(
            terms,
            number -> {
              String key = prefix + number;
              Cell cell = Objects.requireNonNull(byName.get(router.cellOf(key)));
              RunId run = cell.target().start(new StartRequest(LoadModule.STEPS, key, input));
              cell.target().awaitCompleted(run, PATIENCE);
              cell.runCompleted();
            },
            tally);
  }

  private Payload input() {
    return Payload.ofJson(
        "{\"steps\": %d, \"payload\": \"%s\"}"
            .formatted(plan.stepsPerRun(), "x".repeat(PAYLOAD_BYTES)));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    RuntimeException trouble = null;
    for (Cell cell : cells) {
      try {
        cell.close();
      } catch (RuntimeException e) {
        if (trouble == null) {
          trouble = e;
        } else {
          trouble.addSuppressed(e);
        }
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}

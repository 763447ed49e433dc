package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.report.DatabaseFacts;
import dev.backstitch.loadtest.load.report.LoadReport;
import dev.backstitch.loadtest.load.report.Machine;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.report.Sources;
import dev.backstitch.loadtest.load.scenario.Observer;
import dev.backstitch.loadtest.load.scenario.Scenario;
import dev.backstitch.loadtest.load.scenario.Scene;
import dev.backstitch.loadtest.load.scenario.Setting;
import dev.backstitch.loadtest.load.stage.HaltedException;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Performs a plan.
///
/// @param command what was typed, for the report
/// @param halt the wish to end early; what was measured until then is reported
/// @param whenMeasured told each measurement as soon as it is there
/// @param profiled whether to look where the time goes
record Load(
    String command,
    Halt halt,
    Observer observer,
    Consumer<Measurement> whenMeasured,
    boolean profiled) {

  /// Without profiles.
  Load(String command, Halt halt, Observer observer, Consumer<Measurement> whenMeasured) {
    this(command, halt, observer, whenMeasured, false);
  }

  /// Measures everything on a database of its own, and leaves nothing behind.
  LoadReport perform(LoadPlan plan) throws InterruptedException {
    try (LoadDatabase database = profiled ? LoadDatabase.startCounting() : LoadDatabase.start()) {
      return perform(plan, database);
    }
  }

  /// The same on a database that stays; a profiled load needs one that counts statements.
  LoadReport perform(LoadPlan plan, LoadDatabase database) throws InterruptedException {
    Instant begin = Instant.now();
    List<Measurement> measurements = new ArrayList<>();
    Profiling profiling = new Profiling(observer, database.dataSource());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Scene scene = new Scene(database, threads, halt, profiled ? profiling : observer);
      for (Setting setting : plan.settings()) {
        if (halt.isRequested()) {
          break;
        }
        for (Measurement measurement : Scenario.of(setting).measure(scene, setting)) {
          whenMeasured.accept(measurement);
          measurements.add(measurement);
        }
      }
    } catch (HaltedException e) {
      // Asked to end before an engine was there: the report says so, and has what was before.
    } finally {
      threads.shutdownNow();
    }
    return new LoadReport(
        LoadReport.FORMAT,
        command,
        begin.truncatedTo(ChronoUnit.SECONDS),
        java.time.Duration.between(begin, Instant.now()).toMillis() / 1e3,
        halt.reason().orElse(null),
        Sources.build(),
        Sources.commit().orElse(null),
        Machine.here(),
        DatabaseFacts.of(database.dataSource()),
        measurements,
        profiling.profiles());
  }
}

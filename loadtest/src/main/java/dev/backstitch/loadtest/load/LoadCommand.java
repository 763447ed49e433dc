package dev.backstitch.loadtest.load;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.report.LoadReport;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Puts load on an engine, and tells what it could do and what it cost.
@Command(
    name = "load",
    description = {
      "Put load on an engine with a durable PostgreSQL of its own, and tell what it could do and what",
      "it cost: throughput, latency, processor time, write-ahead log, rows, memory. Exits with 1 if",
      "anything failed."
    },
    footerHeading = "%nScenarios:%n",
    footer = {
      "  steps          runs of durable steps, each a WRITE; --steps per run (usually 10)",
      "  latency        runs of three steps, one run at a time",
      "  fanout         runs that call many activities at once; --steps of them (usually 100)",
      "  timers         runs that sleep (usually 10000): how late they wake, memory of a waiting run",
      "  signals        from sending a signal to a waiting run until that run has completed",
      "  long-history   what a step costs at event 100 to 50000 of a history",
      "  sync           syncs of a simulated GitHub class in which ten students pushed each time",
      "  mixed          all but sync at once, on server processes that chaos kills and cuts off",
      "  all            one after the other, without mixed"
    })
public final class LoadCommand implements Callable<Integer> {
  private static final int NOT_CLEAN = 1;

  private final Output output = new Output();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SCENARIO",
      arity = "1..*",
      description = "What to measure, one after the other; see below.")
  private List<String> scenarios = List.of();

  @Mixin private LoadOptions options = new LoadOptions();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write report.html, one page with plots, and report.json there.")
  private @Nullable Path report;

  @Option(
      names = "--jfr",
      description = {
        "Profile the engine in this process, its lanes, the statements of the database and what its",
        "sessions wait for; the report then has a flame graph and tables."
      })
  private boolean jfr;

  @Option(names = "--progress", description = "A line a second on standard error, also unwatched.")
  private boolean progress;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    LoadPlan plan = LoadPlan.of(scenarios, options);
    if (jfr && plan.isElsewhere()) {
      throw new IllegalArgumentException(
          "--jfr looks at the engine in this process; leave out --workers, --server and mixed");
    }
    if (report != null) {
      ReportFiles.requireWritable(report);
    }
    Halt halt = new Halt();
    try (Interruption _ = Interruption.becomes(halt);
        Progress following = new Progress(lines())) {
      LoadReport found = new Load(typed(), halt, following, this::show, jfr).perform(plan);
      if (json) {
        output.printJson(found);
      }
      if (report != null) {
        output.say("report: " + write(found, report));
      }
      found.stoppedText().ifPresent(output::say);
      return found.isClean() ? 0 : NOT_CLEAN;
    }
  }

  private static Path write(LoadReport found, Path folder) {
    try {
      return ReportFiles.write(found, folder);
    } catch (IOException e) {
      throw new CommandFailedException("The report can't be written: " + e.getMessage(), e);
    }
  }

  private void show(Measurement measurement) {
    if (output.isWatched()) {
      output.replaceLine("");
    }
    if (!json) {
      LoadText.of(measurement).forEach(output::print);
    }
  }

  private Consumer<String> lines() {
    if (output.isWatched()) {
      return output::replaceLine;
    }
    return progress ? output::say : _ -> {};
  }

  private String typed() {
    return "./backstitch "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}

package dev.backstitch.api.command;

import dev.backstitch.orchestrator.check.CheckReport;
import dev.backstitch.orchestrator.check.Finding;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.check.NoSchemaException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.ConnectionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Asks the database whether all holds that must always hold.
@Command(
    name = "check",
    description = {
      "Check the database against every invariant of the engine, all at the same instant.",
      "Changes nothing, and may be run while servers work. Exits with 1 if one is violated."
    })
final class CheckCommand implements Callable<Integer> {
  private static final int VIOLATED = 1;

  private final Environment environment;
  private final Output output;

  @Mixin private HomeOptions home = new HomeOptions();

  @Option(names = "--json", description = "Print JSON: what was looked at, and every invariant.")
  private boolean json;

  CheckCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    CheckReport report = report();
    if (json) {
      output.printJson(CheckDocument.of(report));
    } else {
      print(report);
    }
    return report.holds() ? 0 : VIOLATED;
  }

  private CheckReport report() {
    try (StoredDatabase database = StoredDatabase.open(home.config(environment))) {
      return InvariantChecker.on(database.source()).check();
    } catch (ConnectionException e) {
      throw new CommandFailedException(
          "The database can't be reached: " + Objects.requireNonNull(e.getCause()).getMessage(), e);
    } catch (NoSchemaException e) {
      throw new CommandFailedException(e.getMessage() + ". 'backstitch serve' makes it.", e);
    }
  }

  private void print(CheckReport report) {
    for (Finding finding : report.findings()) {
      output.print(
          "%-4s %s  %s"
              .formatted(finding.holds() ? "ok" : "BAD", finding.code(), finding.meaning()));
      finding.offenders().forEach(offender -> output.print("       " + offender));
      long more = finding.violations() - finding.offenders().size();
      if (more > 0) {
        output.print("       and " + more + " more");
      }
    }
    output.print(
        String.format(
            Locale.ROOT,
            "%d runs, %d events, %d of %d invariants hold (%.1f s)%s",
            report.runs(),
            report.events(),
            report.findings().size() - report.violated().size(),
            report.findings().size(),
            report.findings().stream()
                    .map(Finding::took)
                    .reduce(Duration.ZERO, Duration::plus)
                    .toMillis()
                / 1000.0,
            report.exactFence()
                ? ""
                : "; commit times are not kept, so BST-INV-405 is judged by event times"));
  }
}

package dev.backstitch.api.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.backstitch.api.server.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `backstitch` command with everything below it.
@Command(
    name = "backstitch",
    mixinStandardHelpOptions = true,
    description = "Durable workflows on PostgreSQL; the first job is GitHub sync.",
    versionProvider = Backstitch.BuildVersion.class,
    footerHeading = "%nSecrets come from the environment only:%n",
    footer = {
      "  GITHUB_TOKEN                   the token for GitHub",
      "  BACKSTITCH_API_TOKEN           what callers of the server must know",
      "  BACKSTITCH_DATABASE_PASSWORD   goes with --database-url",
      "  BACKSTITCH_WEBHOOKS_SECRET     what GitHub signs webhooks with",
      "Exit codes: 0 done, 1 not done, 2 used wrongly."
    })
public final class Backstitch implements Runnable {
  private static final int NOT_DONE = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and show where an error comes from.")
  private boolean verbose;

  private Backstitch() {}

  static final class BuildVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"backstitch " + Version.current() + " (Java " + Runtime.version() + ")"};
    }
  }

  /// Runs one command line.
  ///
  /// @return the exit code
  public static int run(
      Environment environment, Output output, List<CommandModule> modules, String... arguments) {
    Backstitch root = new Backstitch();
    CommandLine line =
        new CommandLine(root)
            .addSubcommand(new ServeCommand(environment, output))
            .addSubcommand(new SyncCommand(environment, output))
            .addSubcommand(SyncsCommand.line(environment, output))
            .addSubcommand(new RunsCommand(environment, output))
            .addSubcommand(new QuotasCommand(environment, output))
            .addSubcommand(new RunCommand(environment, output))
            .addSubcommand(new HistoryCommand(environment, output))
            .addSubcommand(new CheckCommand(environment, output))
            .addSubcommand(new SignalCommand(environment, output))
            .addSubcommand(new CancelCommand(environment, output))
            .addSubcommand(new TerminateCommand(environment, output))
            .addSubcommand(new OutboxCommand(environment, output));
    modules.forEach(module -> module.commands().forEach(line::addSubcommand));
    line.getSubcommands()
        .values()
        .forEach(sub -> sub.getCommandSpec().mixinStandardHelpOptions(true));
    line.registerConverter(Path.class, HomeOptions::folder);
    line.setExecutionStrategy(parsed -> root.execute(parsed));
    line.setParameterExceptionHandler((e, _) -> usedWrongly(output, e));
    line.setExecutionExceptionHandler((e, _, _) -> root.notDone(output, e));
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  private int execute(ParseResult parsed) {
    boolean serves =
        parsed.hasSubcommand() && parsed.subcommand().commandSpec().name().equals("serve");
    Logger ours = (Logger) LoggerFactory.getLogger("dev.backstitch");
    ours.setLevel(serves || verbose ? Level.INFO : Level.WARN);
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usedWrongly(Output output, ParameterException e) {
    output.say("backstitch: " + e.getMessage());
    String command = Objects.requireNonNull(e.getCommandLine()).getCommandSpec().qualifiedName();
    output.say("'" + command + " --help' shows how it is used.");
    return CommandLine.ExitCode.USAGE;
  }

  private int notDone(Output output, Exception e) {
    output.say("backstitch: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
    if (verbose) {
      StringBuilder trace = new StringBuilder();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        trace.append(cause).append(System.lineSeparator());
        for (StackTraceElement frame : cause.getStackTrace()) {
          trace.append("    at ").append(frame).append(System.lineSeparator());
        }
      }
      output.say(trace.toString());
    }
    return e instanceof IllegalArgumentException ? CommandLine.ExitCode.USAGE : NOT_DONE;
  }
}

package dev.backstitch.api.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What is done with configured syncs, each a subcommand.
@Command(
    name = "syncs",
    description = {
      "Configure syncs by name: which repositories, when, and whether webhooks start them.",
      "Uses the running server, or starts one in this process."
    })
final class SyncsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// The command with its subcommands.
  static CommandLine line(Environment environment, Output output) {
    CommandLine line = new CommandLine(new SyncsCommand());
    line.addSubcommand(new SyncsListCommand(environment, output));
    line.addSubcommand(new SyncsShowCommand(environment, output));
    line.addSubcommand(new SyncsApplyCommand(environment, output));
    line.addSubcommand(new SyncsCreateCommand(environment, output));
    line.addSubcommand(new SyncsUpdateCommand(environment, output));
    line.addSubcommand(new SyncsDeleteCommand(environment, output));
    line.addSubcommand(new SyncsDryRunCommand(environment, output));
    line.getSubcommands()
        .values()
        .forEach(sub -> sub.getCommandSpec().mixinStandardHelpOptions(true));
    return line;
  }

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(
        line, "one of these is needed: " + String.join(", ", line.getSubcommands().keySet()));
  }
}

package dev.backstitch.loadtest;

import dev.backstitch.api.command.CommandModule;
import dev.backstitch.loadtest.bench.BenchCommand;
import dev.backstitch.loadtest.chaos.ChaosCommand;
import dev.backstitch.loadtest.demo.DemoCommand;
import dev.backstitch.loadtest.demo.SimulatorCommand;
import dev.backstitch.loadtest.load.LoadCommand;
import dev.backstitch.loadtest.start.RehearseCommand;
import java.util.List;

/// What this module adds to the command line.
public final class LoadtestCommands implements CommandModule {

  @Override
  public List<Object> commands() {
    return List.of(
        new DemoCommand(),
        new SimulatorCommand(),
        new BenchCommand(),
        new ChaosCommand(),
        new LoadCommand(),
        new RehearseCommand());
  }
}

package dev.backstitch.loadtest.load.stage;

import dev.backstitch.loadtest.chaos.ChaosWorker;
import dev.backstitch.loadtest.load.workload.LoadModule;
import java.io.IOException;
import java.util.List;

/// A worker of chaos that runs the load's workflows, too.
public final class MixedWorker {
  private MixedWorker() {}

  /// Serves until its input ends.
  ///
  /// @param arguments as for [ChaosWorker#main]
  public static void main(String[] arguments) throws IOException {
    ChaosWorker.serve(arguments, List.of(new LoadModule()));
  }
}

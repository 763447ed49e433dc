package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.stage.Engine;

/// Follows measurements while they go on. Called by the measuring thread.
public interface Observer {

  /// Something begins that is not measured.
  ///
  /// @param what for people
  void preparing(Setting setting, String what);

  /// The measured part begins.
  ///
  /// @param engine open until after [#measured]
  /// @param tally goes on counting
  void measuring(Setting setting, Engine engine, Tally tally) throws InterruptedException;

  /// The measured part is over.
  void measured() throws InterruptedException;
}

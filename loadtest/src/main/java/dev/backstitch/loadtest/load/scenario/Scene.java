package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Generator;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/// What scenarios have to work with.
///
/// @param threads one thread for each task, at once
/// @param halt the wish to end early
/// @param observer is told how it goes
public record Scene(LoadDatabase database, ExecutorService threads, Halt halt, Observer observer) {

  /// Opens the engine that a setting asks for.
  ///
  /// @param settings what its modules may be told
  /// @throws dev.backstitch.loadtest.load.stage.HaltedException if the wish to end came first
  Engine open(Setting setting, Map<String, String> settings) throws InterruptedException {
    observer.preparing(
        setting, setting.workers() == 0 ? "starting the engine" : "starting servers");
    return setting.workers() == 0
        ? Engine.inProcess(database, settings)
        : Engine.served(database, setting.workers(), settings, halt);
  }

  Generator generator() {
    return new Generator(threads, halt);
  }
}

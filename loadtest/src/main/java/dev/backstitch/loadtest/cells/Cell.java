package dev.backstitch.loadtest.cells;

import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.meter.Reading;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// A durable PostgreSQL and a server process on it.
final class Cell implements AutoCloseable {
  private final String name;
  private final LoadDatabase database;
  private final Engine engine;
  private final LongAdder completed = new LongAdder();

  private Cell(String name, LoadDatabase database, Engine engine) {
    this.name = name;
    this.database = database;
    this.engine = engine;
  }

  static Cell open(String name, Halt halt) throws InterruptedException {
    LoadDatabase database = LoadDatabase.start();
    try {
      return new Cell(name, database, Engine.served(database, 1, Map.of(), halt));
    } catch (RuntimeException | InterruptedException e) {
      database.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  Target target() {
    return engine.target();
  }

  /// What its server and its database have used up so far.
  Reading read() {
    return engine.meter().read();
  }

  void runCompleted() {
    completed.increment();
  }

  /// How many runs completed since it was opened, as their clients learned.
  long completed() {
    return completed.sum();
  }

  @Override
  public void close() {
    try (database) {
      engine.close();
    }
  }
}

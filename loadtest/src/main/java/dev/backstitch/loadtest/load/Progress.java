package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.load.arrival.EverySecond;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.scenario.Observer;
import dev.backstitch.loadtest.load.scenario.Setting;
import dev.backstitch.loadtest.load.stage.Engine;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A line about once a second while something is measured.
final class Progress implements Observer, AutoCloseable {
  private final Consumer<String> lines;
  private final EverySecond clock;
  private volatile Runnable look = () -> {};

  /// @param lines told each line, from a thread of its own
  Progress(Consumer<String> lines) {
    this.lines = lines;
    this.clock = EverySecond.look("progress", () -> look.run());
  }

  @Override
  public void preparing(Setting setting, String what) {
    look = () -> {};
    lines.accept(about(setting) + ": " + what);
  }

  @Override
  public void measuring(Setting setting, Engine engine, Tally tally) {
    long begin = System.nanoTime();
    long[] before = {0};
    look =
        () -> {
          long done = tally.done();
          lines.accept(
              String.format(
                  Locale.ROOT,
                  "%s: %d s, %,d done, %,d in the last second, %,d on their way, p99 %.1f ms%s",
                  about(setting),
                  TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                  done,
                  done - before[0],
                  tally.inFlight(),
                  tally.latency().p99Millis(),
                  tally.failed() == 0 ? "" : ", " + tally.failed() + " failed"));
          before[0] = done;
        };
  }

  @Override
  public void measured() {
    look = () -> {};
  }

  private static String about(Setting setting) {
    return setting.scenario().text() + ", " + setting.label();
  }

  @Override
  public void close() {
    clock.close();
  }
}

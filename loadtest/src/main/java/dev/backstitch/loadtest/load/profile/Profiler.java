package dev.backstitch.loadtest.load.profile;

import dev.backstitch.loadtest.load.draw.Flame;
import dev.backstitch.orchestrator.checkpoint.LaneMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jdbi.v3.core.Jdbi;

/// A profile in the making. Belongs to one thread.
public final class Profiler {
  private static final String SAMPLE = "jdk.ExecutionSample";
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int MOST_METHODS = 30;
  private static final int MOST_STATEMENTS = 20;
  private static final double LEAST_SHARE = 0.005;

  private final Recording recording;
  private final WaitSampler waits;
  private final Jdbi database;
  private final Supplier<LaneMetrics> lanes;
  private final LaneMetrics before;

  private Profiler(Recording recording, DataSource database, Supplier<LaneMetrics> lanes) {
    this.recording = recording;
    this.database = Jdbi.create(database);
    this.lanes = lanes;
    this.database.useHandle(StatementStore::forget);
    this.waits = WaitSampler.start(database);
    this.before = lanes.get();
  }

  /// Begins to look at this process, at its engine's lanes, and at the sessions and statements of
  /// this database.
  ///
  /// @param database one that counts statements
  public static Profiler start(DataSource database, Supplier<LaneMetrics> lanes) {
    Recording recording = new Recording();
    recording.setName("backstitch-load");
    recording.enable(SAMPLE).withPeriod(PERIOD).withStackTrace();
    recording.start();
    return new Profiler(recording, database, lanes);
  }

  /// Ends, and says what was seen.
  ///
  /// @param label what tells the measurement from the others of its scenario
  public Profile stop(String scenario, String label) throws InterruptedException {
    try (recording) {
      LaneProfile worked = LaneProfile.of(lanes.get().since(before));
      recording.stop();
      waits.stop();
      List<StatementCost> statements =
          database.withHandle(handle -> StatementStore.dearest(handle, MOST_STATEMENTS));
      Path file = Files.createTempFile("backstitch-load-", ".jfr");
      try {
        recording.dump(file);
        Seen seen = read(file);
        return new Profile(
            scenario,
            label,
            seen.methods().all(),
            seen.methods().most(MOST_METHODS),
            waits.seen(),
            statements,
            worked,
            seen.flame());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the flight recorder's file can't be written or read", e);
    }
  }

  /// What ran, by the flight recorder.
  private record Seen(Shares methods, Flame flame) {}

  private static Seen read(Path file) throws IOException {
    Flame.Builder flame = new Flame.Builder("all");
    Shares methods = new Shares();
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        RecordedStackTrace stack = event.getStackTrace();
        if (event.getEventType().getName().equals(SAMPLE) && stack != null) {
          List<String> frames = stack.getFrames().stream().map(Profiler::name).toList();
          flame.add(frames.reversed());
          methods.add(frames.getFirst(), 1);
        }
      }
    }
    return new Seen(methods, flame.build(LEAST_SHARE));
  }

  private static String name(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }
}

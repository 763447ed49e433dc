package dev.backstitch.loadtest.load.profile;

import dev.backstitch.loadtest.load.draw.Flame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// A profile in the making. Belongs to one thread.
public final class Profiler {
  private static final String SAMPLE = "jdk.ExecutionSample";
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int MOST_METHODS = 30;
  private static final double LEAST_SHARE = 0.005;

  private final Recording recording;
  private final WaitSampler waits;

  private Profiler(Recording recording, WaitSampler waits) {
    this.recording = recording;
    this.waits = waits;
  }

  /// Begins to look at this process and at the sessions of this database.
  public static Profiler start(DataSource database) {
    Recording recording = new Recording();
    recording.setName("backstitch-load");
    recording.enable(SAMPLE).withPeriod(PERIOD).withStackTrace();
    recording.start();
    return new Profiler(recording, WaitSampler.start(database));
  }

  /// Ends, and says what was seen.
  ///
  /// @param label what tells the measurement from the others of its scenario
  public Profile stop(String scenario, String label) throws InterruptedException {
    try (recording) {
      recording.stop();
      waits.stop();
      Path file = Files.createTempFile("backstitch-load-", ".jfr");
      try {
        recording.dump(file);
        return read(file, scenario, label);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the flight recorder's file can't be written or read", e);
    }
  }

  private Profile read(Path file, String scenario, String label) throws IOException {
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
    return new Profile(
        scenario,
        label,
        methods.all(),
        methods.most(MOST_METHODS),
        waits.seen(),
        flame.build(LEAST_SHARE));
  }

  private static String name(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }
}

package dev.backstitch.loadtest.trouble;

import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The walk in a process of its own: every step is a line in a file that all processes share.
public final class FiledWalk implements WorkflowModule {
  /// The environment variable with the file's path. Without it nothing is registered.
  static final String FILE = "BACKSTITCH_TROUBLE_FILE";

  private static final Duration WORK = Duration.ofMillis(30);

  /// A step that was taken.
  ///
  /// @param process who took it
  record Taken(String run, int ordinal, int attempt, long process) {
    static Taken parse(String line) {
      String[] parts = line.split(" ", -1);
      return new Taken(
          parts[0],
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          Long.parseLong(parts[3]));
    }

    /// Which step of which run, whoever took it and how often.
    String step() {
      return run + " " + ordinal;
    }
  }

  /// What a file says.
  static List<Taken> read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(Taken::parse).toList();
    }
  }

  @Override
  public String name() {
    return "walk";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    settings
        .get("trouble.file")
        .map(Path::of)
        .ifPresent(file -> {
          registry.workflow("walk", Walk.Walking::new);
          registry.activity(
              Walk.Step.class, (_, context) -> take(file, context), options -> options);
        });
  }

  /// The line first: whoever is ended in the middle of the work has taken the step.
  private static String take(Path file, ActivityContext context) throws IOException {
    String line =
        String.join(
            " ",
            context.runId().toString(),
            Integer.toString(context.ordinal()),
            Integer.toString(context.attempt()),
            Long.toString(ProcessHandle.current().pid()));
    // One write in append mode: lines of several processes do not mix.
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND, StandardOpenOption.CREATE);
    LockSupport.parkNanos(WORK.toNanos());
    return "taken";
  }
}

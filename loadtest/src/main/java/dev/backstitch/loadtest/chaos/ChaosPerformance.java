package dev.backstitch.loadtest.chaos;

import dev.backstitch.api.command.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Chaos as a part of something else: on a stage of its own, with somebody else's load beside its
/// own.
public final class ChaosPerformance {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private ChaosPerformance() {}

  /// What is to be performed.
  ///
  /// @param workers 2 to 20 processes
  /// @param keys how many clients chaos has of its own
  /// @param worker what each process runs; it takes the arguments of [ChaosWorker#main]
  public record Terms(Duration duration, int workers, long seed, int keys, Class<?> worker) {}

  /// Performs, and says what came of it. The evidence is kept if there is something to prove.
  ///
  /// @param progress told one line about once a second
  public static ChaosSummary perform(Terms terms, ChaosGuest guest, Consumer<String> progress) {
    Path folder = makeFolder();
    ChaosSummary summary;
    boolean kept = false;
    try (Stage stage =
        Stage.set(new Stage.Setting(folder, terms.workers(), LEASE).running(terms.worker()))) {
      Chaos.Terms own =
          new Chaos.Terms(terms.duration(), terms.workers(), terms.seed(), terms.keys(), LEASE);
      summary = new Chaos(own, stage, progress, guest).perform();
      kept = !summary.isClean();
    } finally {
      if (!kept) {
        ChaosCommand.remove(folder);
      }
    }
    return kept ? summary : summary.withoutEvidence();
  }

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("backstitch-chaos-");
    } catch (IOException e) {
      throw new CommandFailedException("No folder can be made: " + e.getMessage(), e);
    }
  }
}

package dev.backstitch.loadtest.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A process's wall clock that can be made to jump while the process runs, by libfaketime
/// (https://github.com/wolfcw/libfaketime; Debian: `apt-get install libfaketime`). The monotonic
/// clock stays true.
///
/// @param library libfaketime for processes with threads
/// @param offset the file that says by how much the clock is wrong
record FakeClock(Path library, Path offset) {
  private static final long JUMP_SECONDS = 3_600;
  private static final String ENVIRONMENT = "BACKSTITCH_LIBFAKETIME";

  /// Finds the library where BACKSTITCH_LIBFAKETIME says, or where Debian puts it.
  static Optional<FakeClock> find(Path folder) {
    return installed()
        .map(library -> {
          FakeClock clock = new FakeClock(library, folder.resolve("clock-offset"));
          clock.jump(0);
          return clock;
        });
  }

  private static Optional<Path> installed() {
    @Nullable String named = System.getenv(ENVIRONMENT);
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isReadable);
    }
    Path libraries = Path.of("/usr/lib");
    try (Stream<Path> machines = Files.list(libraries)) {
      return machines
          .map(machine -> machine.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::isReadable)
          .findFirst();
    } catch (IOException e) {
      // Not a system that keeps its libraries there.
      return Optional.empty();
    }
  }

  /// What a process needs to be told. Without the last one every timed wait of a JVM returns at
  /// once and is asked again, which burns a processor: the library takes the monotonic time of the
  /// wait for one that it had faked.
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /// An hour behind, right, or an hour ahead: one of the two that the clock is not now.
  ///
  /// @param now how far it is from the truth
  /// @param lot decides between them
  static long another(long now, long lot) {
    List<Long> others =
        Stream.of(-JUMP_SECONDS, 0L, JUMP_SECONDS).filter(seconds -> seconds != now).toList();
    return others.get((int) Math.floorMod(lot, (long) others.size()));
  }

  /// Sets how far the clock is from the truth; processes notice within a second.
  void jump(long seconds) {
    try {
      Path unfinished = offset.resolveSibling("clock-offset.unfinished");
      Files.writeString(unfinished, (seconds < 0 ? "" : "+") + seconds + "\n");
      Files.move(
          unfinished, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the fake clock can't be set", e);
    }
  }
}

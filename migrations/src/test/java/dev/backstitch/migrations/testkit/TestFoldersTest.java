package dev.backstitch.migrations.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFoldersTest {

  @TempDir private Path base;

  @Test
  void homes_that_killed_processes_left_are_removed_by_any_number_of_others()
      throws IOException, InterruptedException {
    var folders = new TestFolders(base);
    for (int i = 0; i < 50; i++) {
      Path left = folders.newHome();
      Files.createFile(left.resolve("owner.lock"));
      Files.createDirectories(left.resolve("data").resolve("base"));
      Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
    Path young = folders.newHome();

    Callable<Boolean> process =
        () -> {
          folders.removeLeftBehind();
          return true;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(Collections.nCopies(4, process)))
          .extracting(Future::resultNow)
          .containsOnly(true);
    }
    // Whatever two of them disturbed each other in is left for the next one.
    folders.removeLeftBehind();

    assertThat(base).isDirectoryContaining(young::equals);
    assertThat(base.toFile().list()).hasSize(1);
  }
}

package dev.backstitch.orchestrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only a server that keeps commit times can say. Such a one has to be started for it, and the
/// break has to be committed.
final class ExactFenceTest {
  @TempDir private Path folder;

  @Test
  void an_event_that_was_committed_behind_its_workers_end_is_found_whatever_its_own_time_is() {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(folder)
                .withoutDurability()
                .withSettings(Map.of("track_commit_timestamp", "on")))) {
      Migrator.migrate(postgres.dataSource());
      RunId asleep =
          SampleRuns.make(
                  new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password()))
              .asleep();
      InvariantChecker checker = InvariantChecker.on(postgres.dataSource());
      CheckReport before = checker.check();
      assertThat(before.exactFence()).isTrue();
      assertThat(before.violated()).isEmpty();

      Jdbi.create(postgres.dataSource())
          .useHandle(handle ->
              handle.execute(
                  Break.WRITTEN_BEHIND_THE_END.replace("ASLEEP", Long.toString(asleep.value()))));

      assertThat(checker.check().violated())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("BST-INV-405");
            assertThat(finding.offenders())
                .singleElement()
                .asString()
                .contains(asleep + " has ValueRecorded at seq 3");
          });
    }
  }
}

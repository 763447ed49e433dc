package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three `serve` processes are replaced one after the other, while clients go on.
@Tag("alone")
final class RollingRestartTest {
  private static final int SERVERS = 3;
  private static final int CLIENTS = 12;
  private static final int RUNS_BETWEEN = 20;

  /// 128 and SIGTERM.
  private static final int ENDED_BY_SIGTERM = 143;

  @TempDir private Path folder;

  @Test
  void a_rolling_restart_fails_no_request_loses_no_run_and_repeats_no_step() throws Exception {
    Path steps = folder.resolve("steps.log");
    try (TestDatabase database = TestDatabase.create()) {
      List<ServeProcess> servers = serveProcesses(database, steps);
      BalancedClients clients = new BalancedClients(servers);
      try (clients) {
        for (ServeProcess server : servers) {
          server.start();
        }
        clients.start(CLIENTS);

        for (ServeProcess server : servers) {
          awaitRuns(clients);
          assertThat(server.terminate()).as(server::toString).isEqualTo(ENDED_BY_SIGTERM);
          awaitRuns(clients);
          server.start();
        }
        awaitRuns(clients);
        clients.stop();

        assertThat(clients.failed()).as("failed requests").isEmpty();
        assertThat(clients.refused()).as("refusals by servers that stop").isPositive();
        assertThat(clients.acknowledged()).doesNotHaveDuplicates();
        assertThat(clients.completed()).containsExactlyInAnyOrderElementsOf(clients.acknowledged());
        assertEveryStepOnce(FiledWalk.read(steps), clients.acknowledged());
        assertThat(Rows.of(database.dataSource(), "select status::text from backstitch.run"))
            .hasSameSizeAs(clients.acknowledged())
            .containsOnly("COMPLETED");
        assertThat(
                Rows.of(
                    database.dataSource(),
                    "select end_reason from backstitch.worker where ended_at is not null"))
            .as("how workers ended")
            .hasSize(SERVERS)
            .containsOnly("stopped");
        assertThat(InvariantChecker.on(database.dataSource()).check().violated()).isEmpty();
      } finally {
        servers.forEach(ServeProcess::close);
      }
    }
  }

  private List<ServeProcess> serveProcesses(TestDatabase database, Path steps) {
    DatabaseAddress address =
        new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
    List<ServeProcess> servers = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      servers.add(
          new ServeProcess(
              folder.resolve("server-" + i), new ServeProcess.Launch(address, steps, List.of())));
    }
    return servers;
  }

  /// So that every stop and every start happens under load.
  private static void awaitRuns(BalancedClients clients) {
    int enough = clients.completed().size() + RUNS_BETWEEN;
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(clients.completed().size())
                .as("failed: %s", clients.failed())
                .isGreaterThanOrEqualTo(enough));
  }

  private static void assertEveryStepOnce(List<FiledWalk.Taken> taken, List<String> runs) {
    assertThat(taken).extracting(FiledWalk.Taken::step).doesNotHaveDuplicates();
    Map<String, Long> stepsOf =
        taken.stream().collect(Collectors.groupingBy(FiledWalk.Taken::run, Collectors.counting()));
    assertThat(stepsOf.keySet()).isEqualTo(new HashSet<>(runs));
    assertThat(stepsOf.values()).containsOnly((long) Walk.STEPS);
    assertThat(taken.stream().map(FiledWalk.Taken::process).distinct())
        .as("every process, before and after its restart, has worked")
        .hasSize(2 * SERVERS);
  }
}

package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.loadtest.simulator.contract.ContractBrokenException;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A test that breaks GitHub's contract fails when it closes its simulator.
class ClosingTest {
  private static final String WRONG = "/repos/seam-school/progress/pulls?state=opened";
  private static final String PULLS = "/repos/seam-school/progress/pulls";

  private static GitHubSimulator simulator() {
    return GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  }

  private static void get(GitHubSimulator simulator, String path) throws Exception {
    try (var client = new ApiClient(simulator)) {
      client.get(path);
    }
  }

  @Test
  void who_broke_the_contract_is_told_when_it_ends_and_once() throws Exception {
    GitHubSimulator simulator = simulator();
    get(simulator, WRONG);

    assertThatThrownBy(simulator::close)
        .isInstanceOf(ContractBrokenException.class)
        .hasMessageContaining("broken once")
        .hasMessageContaining("CLIENT GET " + WRONG);
    assertThat(Files.exists(simulator.world().gitDirectory())).isFalse();
    simulator.close();
  }

  @Test
  void the_first_are_told_of_and_the_others_counted() throws Exception {
    GitHubSimulator simulator = simulator();
    for (int i = 0; i < 7; i++) {
      get(simulator, WRONG + i);
    }

    assertThatThrownBy(simulator::close)
        .hasMessageContaining("7 times")
        .hasMessageContaining("opened4")
        .hasMessageContaining("and so on")
        .hasMessageNotContaining("opened5");
  }

  @Test
  void who_took_what_was_broken_is_told_of_what_is_broken_later() throws Exception {
    try (GitHubSimulator forgiven = simulator()) {
      get(forgiven, WRONG);
      assertThat(forgiven.takeViolations()).hasSize(1);
    }

    GitHubSimulator again = simulator();
    get(again, WRONG);
    again.takeViolations();
    get(again, WRONG + 2);
    assertThatThrownBy(again::close).hasMessageContaining("opened2");
  }

  @Test
  void what_failed_before_is_not_hidden() {
    assertThatThrownBy(
            () -> {
              try (GitHubSimulator simulator = simulator()) {
                get(simulator, WRONG);
                throw new IOException("what the test is about");
              }
            })
        .hasMessage("what the test is about")
        .satisfies(failure ->
            assertThat(failure.getSuppressed())
                .singleElement()
                .isInstanceOf(ContractBrokenException.class));
  }

  @Test
  void who_is_being_answered_when_it_ends_broke_nothing() {
    var simulator = simulator();
    simulator.faults().rate(Operation.ANY, 0.3, new Fault.Slow(Duration.ofSeconds(30)), 5);
    List<CompletableFuture<?>> requests = new ArrayList<>();
    try (var client = new ApiClient(simulator)) {
      for (int i = 0; i < 60; i++) {
        requests.add(client.begin(i % 2 == 0 ? PULLS : "/user"));
      }

      await().until(() -> simulator.counts().requests() > 5);
      simulator.close();

      CompletableFuture<?> all =
          CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
      assertThat(all.handle((done, broken) -> true).orTimeout(20, TimeUnit.SECONDS).join())
          .isTrue();
    }
  }
}

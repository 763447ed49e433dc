package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.orchestrator.run.RunId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a sync says it cost is what GitHub counted ([Classroom#sync] compares both figures).
class SyncAccountTest {

  @ParameterizedTest
  @ValueSource(strings = {"ghp_a-classic-one", "github_pat_a-fine-grained-one"})
  void requests_and_quota_add_up_however_much_had_to_be_fetched(String token) {
    try (Classroom classroom = Classroom.withToken(60, token)) {
      classroom.github().addToken(token);
      SyncResult cold = classroom.sync();
      SyncResult idle = classroom.sync();
      classroom.world().pushProgress(10);
      SyncResult tenChanged = classroom.sync();

      assertThat(cold.requests()).isEqualTo(1 + 1 + 3 + 1);
      assertThat(idle.requests()).isEqualTo(1 + 1);
      assertThat(tenChanged.requests()).isEqualTo(1 + 1 + 1 + 1);
      assertThat(tenChanged.quotaRemaining())
          .isEqualTo(classroom.github().quota(QuotaResource.GRAPHQL).remaining());
      classroom.assertInOrder();
    }
  }

  @Test
  void the_last_answer_shows_in_the_ledger() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.sync();

      assertThat(classroom.quotas())
          .singleElement()
          .satisfies(quota -> {
            assertThat(quota.owner())
                .startsWith(classroom.github().apiUrl().getAuthority() + "/token-");
            assertThat(quota.resource()).isEqualTo("graphql");
            assertThat(quota.remaining())
                .isEqualTo(classroom.github().quota(QuotaResource.GRAPHQL).remaining());
            assertThat(quota.unexplained()).isZero();
            assertThat(quota.live() + quota.bulk() + quota.lost()).isZero();
          });
    }
  }

  @Test
  void a_bulk_sync_by_actions_leaves_a_fifth_of_its_thousand_to_live_ones() {
    String token = "ghs_token-of-a-job-of-actions";
    try (Classroom classroom = Classroom.withToken(60, token)) {
      GitHubSimulator github = classroom.github();
      github.addActionsToken(token);
      github.setRemaining(token, QuotaResource.GRAPHQL, 203);

      RunId bulk =
          classroom.start(
              "{\"repository\": \"%s\", \"lane\": \"bulk\"}".formatted(github.repository()));
      await()
          .untilAsserted(() ->
              assertThat(classroom.history(bulk).toString())
                  .contains("200 of 1000 left, 200 are kept for live work"));
      assertThat(github.quota(token, QuotaResource.GRAPHQL).remaining()).isEqualTo(200);

      assertThat(classroom.await(classroom.start()).changed()).isEqualTo(60);
      assertThat(github.quota(token, QuotaResource.GRAPHQL).remaining()).isEqualTo(200 - 6);
      classroom.assertInOrder();
    }
  }
}

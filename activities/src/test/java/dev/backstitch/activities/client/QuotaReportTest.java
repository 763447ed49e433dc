package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaAnswer.Limited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the quota ledger is told of GitHub's answers.
class QuotaReportTest {
  private static final ProblemReader READER =
      new ProblemReader(text -> text, () -> "set GITHUB_TOKEN");

  private static QuotaAnswer told(int status, String body, int remaining, String... more) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "Date",
                Responses.DATE,
                "x-ratelimit-limit",
                "5000",
                "x-ratelimit-remaining",
                String.valueOf(remaining),
                "x-ratelimit-used",
                String.valueOf(5_000 - remaining),
                "x-ratelimit-reset",
                String.valueOf(Responses.NOW.getEpochSecond() + 600),
                "x-ratelimit-resource",
                "core"));
    headers.addAll(List.of(more));
    GitHubResponse response = Responses.response(status, body, headers.toArray(String[]::new));
    Problem problem = status == 403 || status == 429 ? READER.read(response, "test") : null;
    return QuotaReport.answer(response, problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 304, 403, 404, 422, 502})
  void every_answer_feeds_the_ledger(int status) {
    assertThat(told(status, "{}", 4_999).reading())
        .isEqualTo(new QuotaAnswer.Reading("core", 5_000, 4_999, 1, Duration.ofMinutes(10)));
  }

  @Test
  void the_anonymous_quota_of_a_401_does_not_poison_the_ledger() {
    assertThat(told(401, "{}", 56)).isEqualTo(QuotaAnswer.silent(0, false));
  }

  @ParameterizedTest
  @CsvSource({"200, 1", "404, 1", "304, 0"})
  void a_304_is_free_and_a_404_is_not(int status, int charged) {
    assertThat(told(status, "{}", 4_999).charged()).isEqualTo(charged);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 429})
  void a_used_up_quota_is_told_apart_from_haste(int status) {
    assertThat(told(status, "{}", 0).limited()).isEqualTo(Limited.PRIMARY);
    assertThat(told(status, "{\"message\":\"You have exceeded a secondary rate limit\"}", 0))
        .satisfies(answer -> {
          assertThat(answer.limited()).isEqualTo(Limited.SECONDARY);
          assertThat(answer.retryAfter()).isNull();
        });
    assertThat(told(status, "{}", 4_000, "retry-after", "9"))
        .satisfies(answer -> {
          assertThat(answer.limited()).isEqualTo(Limited.SECONDARY);
          assertThat(answer.retryAfter()).isEqualTo(Duration.ofSeconds(9));
        });
  }

  @Test
  void a_403_for_a_missing_right_is_no_limit() {
    assertThat(
            told(403, "{\"message\":\"Resource not accessible by integration\"}", 4_000).limited())
        .isNull();
  }
}

package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.quota.QuotaAnswer;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {
  private static final long NOW_SECONDS = Responses.NOW.getEpochSecond();

  @Test
  void the_headers_are_read() {
    Quota quota = quota(NOW_SECONDS + 600, 4_321, Responses.DATE);

    assertThat(quota)
        .isEqualTo(
            new Quota("graphql", 5_000, 4_321, 679, Responses.NOW.plusSeconds(600), Responses.NOW));
  }

  @Test
  void the_reset_is_corrected_by_the_servers_own_clock() {
    String twoMinutesAhead = "Sun, 01 Mar 2026 12:02:00 GMT";

    Quota quota = quota(NOW_SECONDS + 120 + 600, 0, twoMinutesAhead);

    assertThat(quota.resetAt()).isEqualTo(Responses.NOW.plusSeconds(600));
  }

  @Test
  void a_reset_in_milliseconds_is_understood() {
    Quota quota = quota((NOW_SECONDS + 600) * 1000, 1, Responses.DATE);

    assertThat(quota.resetAt()).isEqualTo(Responses.NOW.plusSeconds(600));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "-1", "1e3", "99999999999999999999"})
  void headers_that_make_no_sense_are_no_quota(String remaining) {
    assertThat(
            Quota.of(
                Responses.headers(
                    "x-ratelimit-limit", "5000",
                    "x-ratelimit-remaining", remaining,
                    "x-ratelimit-reset", "1"),
                Responses.NOW))
        .isNull();
  }

  @Test
  void an_answer_without_the_headers_has_no_quota() {
    assertThat(Quota.of(Responses.headers("Date", Responses.DATE), Responses.NOW)).isNull();
  }

  @Test
  void a_server_that_names_no_resource_or_an_empty_one_means_that_of_the_request() {
    Quota quota =
        Quota.of(
            Responses.headers(
                "x-ratelimit-limit", "5000",
                "x-ratelimit-remaining", "4999",
                "x-ratelimit-reset", "1"),
            Responses.NOW);
    Quota empty =
        Quota.of(
            Responses.headers(
                "x-ratelimit-limit", "5000",
                "x-ratelimit-remaining", "4999",
                "x-ratelimit-reset", "1",
                "x-ratelimit-resource", " "),
            Responses.NOW);

    assertThat(Objects.requireNonNull(quota).resource()).isEmpty();
    assertThat(empty).isEqualTo(quota);
  }

  @Test
  void more_left_than_there_is_counts_as_nothing_used() {
    Quota quota =
        Quota.of(
            Responses.headers(
                "x-ratelimit-limit", "5000",
                "x-ratelimit-remaining", "999999999999",
                "x-ratelimit-reset", "1"),
            Responses.NOW);

    QuotaAnswer.Reading reading = Objects.requireNonNull(quota).reading();

    assertThat(reading.used()).isZero();
    assertThat(reading.remaining()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void the_ledger_gets_the_distance_to_the_reset() {
    Quota quota = quota(NOW_SECONDS + 600, 4_321, Responses.DATE);

    assertThat(quota.reading())
        .isEqualTo(new QuotaAnswer.Reading("graphql", 5_000, 4_321, 679, Duration.ofMinutes(10)));
  }

  private static Quota quota(long reset, long remaining, String date) {
    return Objects.requireNonNull(
        Quota.of(
            Responses.headers(
                "Date",
                date,
                "x-ratelimit-limit",
                "5000",
                "x-ratelimit-remaining",
                String.valueOf(remaining),
                "x-ratelimit-used",
                String.valueOf(5_000 - remaining),
                "x-ratelimit-reset",
                String.valueOf(reset),
                "x-ratelimit-resource",
                "graphql"),
            Responses.NOW));
  }
}

package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.quota.QuotaAnswer.Limited;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The headers that many APIs send.
final class HeaderReaderTest {
  private static QuotaAnswer read(int status, Map<String, String> headers) {
    return HeaderReader.standard("calls")
        .read(status, name -> Optional.ofNullable(headers.get(name)));
  }

  @Test
  void what_is_left_is_read() {
    assertThat(
            read(
                200,
                Map.of(
                    "ratelimit-limit", "100",
                    "ratelimit-remaining", "40",
                    "ratelimit-reset", "30")))
        .isEqualTo(
            new QuotaAnswer(
                1,
                true,
                new QuotaAnswer.Reading("calls", 100, 40, 60, Duration.ofSeconds(30)),
                null,
                null));
  }

  @Test
  void a_refusal_says_how_long_by_seconds_or_by_the_servers_date() {
    assertThat(read(429, Map.of("retry-after", "7")))
        .isEqualTo(new QuotaAnswer(0, false, null, Limited.SECONDARY, Duration.ofSeconds(7)));
    assertThat(
            read(
                    503,
                    Map.of(
                        "date", "Sun, 01 Mar 2026 12:00:00 GMT",
                        "retry-after", "Sun, 01 Mar 2026 12:00:09 GMT"))
                .retryAfter())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void nothing_left_is_the_quota_and_not_haste() {
    assertThat(
            read(
                    429,
                    Map.of(
                        "ratelimit-limit", "100",
                        "ratelimit-remaining", "0",
                        "ratelimit-reset", "30"))
                .limited())
        .isEqualTo(Limited.PRIMARY);
  }

  @Test
  void what_makes_no_sense_and_what_a_stranger_is_told_is_no_reading() {
    Map<String, String> headers =
        Map.of("ratelimit-limit", "60", "ratelimit-remaining", "x", "ratelimit-reset", "30");
    assertThat(read(200, headers)).isEqualTo(QuotaAnswer.silent(1, true));
    assertThat(
            read(
                    401,
                    Map.of(
                        "ratelimit-limit", "60",
                        "ratelimit-remaining", "56",
                        "ratelimit-reset", "30"))
                .reading())
        .isNull();
    assertThat(read(500, Map.of())).isEqualTo(QuotaAnswer.silent(1, false));
  }
}

package dev.backstitch.api.retention;

import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;

/// For how long things are kept. The settings, in days:
///
/// | name | variable | range | unless set |
/// | --- | --- | --- | --- |
/// | `retention.posts-days` | `BACKSTITCH_RETENTION_POSTS_DAYS` | 1 to 3650 | 30 |
/// | `retention.sync-runs-days` | `BACKSTITCH_RETENTION_SYNC_RUNS_DAYS` | 1 to 3650 | 90 |
/// | `retention.webhooks-days` | `BACKSTITCH_RETENTION_WEBHOOKS_DAYS` | 4 to 365 | 7 |
///
/// @param posts what became of posts, from the end of their run, and deliveries
/// @param syncRuns why a run of a sync was started
/// @param webhooks which webhooks were accepted; longer than the three days for which GitHub, or a
///   sweep of its log, can send one again
///   (https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks)
public record RetentionConfig(Duration posts, Duration syncRuns, Duration webhooks) {
  private static final int LONGEST = 3_650;

  /// Reads the settings.
  ///
  /// @throws IllegalArgumentException naming the setting and its range
  public static RetentionConfig of(Settings settings) {
    return new RetentionConfig(
        days(settings, "retention.posts-days", 1, LONGEST, 30),
        days(settings, "retention.sync-runs-days", 1, LONGEST, 90),
        days(settings, "retention.webhooks-days", 4, 365, 7));
  }

  private static Duration days(Settings settings, String name, int least, int most, int usual) {
    String text = settings.get(name).map(String::strip).orElse(Integer.toString(usual));
    if (!text.matches("[0-9]{1,4}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d days, was %s".formatted(name, least, most, text));
    }
    return Duration.ofDays(Integer.parseInt(text));
  }
}

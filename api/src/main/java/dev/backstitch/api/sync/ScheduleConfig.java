package dev.backstitch.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.schedule.CronExpression;
import dev.backstitch.orchestrator.schedule.Schedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When a sync is due: `every` or `cron`.
///
/// @param every such as `30s`, `15m` or `2h`
/// @param cron five fields
/// @param zone of `cron`, such as `Asia/Singapore`; `UTC` unless given
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleConfig(@Nullable String every, @Nullable String cron, @Nullable String zone) {
  private static final Pattern EVERY = Pattern.compile("([0-9]{1,8})([smh])");

  /// Checks that it is ever due.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public ScheduleConfig {
    read(every, cron, zone);
  }

  /// The times.
  Schedule schedule() {
    return read(every, cron, zone);
  }

  /// Every so often.
  public static ScheduleConfig every(String every) {
    return new ScheduleConfig(every, null, null);
  }

  private static Schedule read(
      @Nullable String every, @Nullable String cron, @Nullable String zone) {
    if ((every == null) == (cron == null)) {
      throw new InvalidRequestException(
          "schedule", "a schedule has either every, such as 30m, or cron, such as '*/30 * * * *'");
    }
    if (every != null) {
      if (zone != null) {
        throw new InvalidRequestException("schedule.zone", "only a cron expression has a zone");
      }
      return every(every, EVERY.matcher(every));
    }
    return cron(cron, zone == null ? "UTC" : zone);
  }

  private static Schedule every(String text, Matcher every) {
    if (!every.matches()) {
      throw new InvalidRequestException(
          "schedule.every", "every is a number with s, m or h, such as 30m, was '" + text + "'");
    }
    long number = Long.parseLong(every.group(1));
    Duration interval =
        switch (every.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    try {
      return new Schedule.Every(interval);
    } catch (IllegalArgumentException refused) {
      throw new InvalidRequestException(
          "schedule.every", String.valueOf(refused.getMessage()), refused);
    }
  }

  private static Schedule cron(@Nullable String cron, String zone) {
    ZoneId id;
    try {
      id = ZoneId.of(zone);
    } catch (DateTimeException unknown) {
      throw new InvalidRequestException(
          "schedule.zone", "a zone is such as UTC or Asia/Singapore, was '" + zone + "'", unknown);
    }
    try {
      return new Schedule.Cron(CronExpression.parse(String.valueOf(cron)), id);
    } catch (IllegalArgumentException refused) {
      throw new InvalidRequestException(
          "schedule.cron", String.valueOf(refused.getMessage()), refused);
    }
  }
}

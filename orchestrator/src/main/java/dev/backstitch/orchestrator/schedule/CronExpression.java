package dev.backstitch.orchestrator.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;

/// Five fields: minute, hour, day of month, month, day of week
/// (https://man7.org/linux/man-pages/man5/crontab.5.html). Each is `*`, numbers, ranges and lists
/// of them, with steps; months and days of the week may be named; Sunday is 0 and 7.
///
/// As cron does it: when both days are restricted, either suffices. When clocks go forward, what
/// has fixed hours and fell into the gap is due right behind it; when they go back, it is due once.
/// What is due in every hour follows the real hours.
public final class CronExpression {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /// 29 February can be eight years away.
  private static final int LOOK_AHEAD_YEARS = 9;

  private final String text;
  private final CronField minutes;
  private final CronField hours;
  private final CronField daysOfMonth;
  private final CronField months;
  private final CronField daysOfWeek;

  private CronExpression(String text, List<String> fields) {
    this.text = text;
    this.minutes = CronField.parse("minute", fields.get(0), 0, 59, List.of());
    this.hours = CronField.parse("hour", fields.get(1), 0, 23, List.of());
    this.daysOfMonth = CronField.parse("day of month", fields.get(2), 1, 31, List.of());
    this.months = CronField.parse("month", fields.get(3), 1, 12, MONTHS);
    this.daysOfWeek = CronField.parse("day of week", fields.get(4), 0, 7, DAYS);
  }

  /// Reads an expression.
  ///
  /// @throws IllegalArgumentException naming the field and its range
  public static CronExpression parse(String text) {
    List<String> fields = List.of(text.strip().split("\\s+"));
    if (fields.size() != 5) {
      throw new IllegalArgumentException(
          "a cron expression has five fields, minute hour day-of-month month day-of-week, such as"
              + " '*/30 8-18 * * MON-FRI', was '"
              + text
              + "'");
    }
    return new CronExpression(String.join(" ", fields), fields);
  }

  /// The first due time behind a moment.
  ///
  /// @throws IllegalArgumentException if there is none
  Instant next(Instant after, ZoneId zone) {
    Instant regular = regular(after, zone);
    return hours.isEvery() ? regular : behindGap(after, regular, zone);
  }

  private Instant regular(Instant after, ZoneId zone) {
    ZonedDateTime time = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    ZonedDateTime end = time.plusYears(LOOK_AHEAD_YEARS);
    while (time.isBefore(end)) {
      if (!months.has(time.getMonthValue())) {
        time = time.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
      } else if (!hasDay(time.toLocalDateTime())) {
        time = time.toLocalDate().plusDays(1).atStartOfDay(zone);
      } else if (!hours.has(time.getHour())) {
        time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
      } else if (!minutes.has(time.getMinute()) || isRepeated(time)) {
        time = time.plusMinutes(1);
      } else {
        return time.toInstant();
      }
    }
    throw new IllegalArgumentException("'" + text + "' is never due");
  }

  /// Whether clocks have shown this time before, and it has fixed hours.
  private boolean isRepeated(ZonedDateTime time) {
    return !hours.isEvery() && !time.equals(time.withEarlierOffsetAtOverlap());
  }

  private Instant behindGap(Instant after, Instant regular, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().nextTransition(after);
    while (change != null && change.getInstant().isBefore(regular)) {
      if (change.isGap() && fellInto(change)) {
        return change.getInstant();
      }
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return regular;
  }

  private boolean fellInto(ZoneOffsetTransition gap) {
    LocalDateTime time = gap.getDateTimeBefore();
    while (time.isBefore(gap.getDateTimeAfter())) {
      if (months.has(time.getMonthValue())
          && hasDay(time)
          && hours.has(time.getHour())
          && minutes.has(time.getMinute())) {
        return true;
      }
      time = time.plusMinutes(1);
    }
    return false;
  }

  private boolean hasDay(LocalDateTime time) {
    boolean ofMonth = daysOfMonth.has(time.getDayOfMonth());
    int day = time.getDayOfWeek().getValue();
    boolean ofWeek = daysOfWeek.has(day) || (day == 7 && daysOfWeek.has(0));
    boolean both = daysOfMonth.isEvery() || daysOfWeek.isEvery();
    return both ? (ofMonth && ofWeek) : (ofMonth || ofWeek);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronExpression that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}

package dev.backstitch.activities.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which events of a log nobody has accepted. Pure.
///
/// @param events how many
/// @param toRedeliver the newest attempt of each that is to be tried again, the oldest event first
/// @param givenUp how many were tried five times
record MissedEvents(int events, List<LoggedDelivery> toRedeliver, int givenUp) {
  /// An attempt may be followed by one that somebody else has just asked for.
  private static final Duration SETTLED = Duration.ofMinutes(1);

  private static final int MOST_ATTEMPTS = 5;

  MissedEvents {
    toRedeliver = List.copyOf(toRedeliver);
  }

  static MissedEvents of(List<LoggedDelivery> log, Instant now) {
    Map<String, List<LoggedDelivery>> byGuid = new LinkedHashMap<>();
    log.stream()
        .filter(attempt -> attempt.event().equals("pull_request"))
        .sorted(Comparator.comparing(LoggedDelivery::deliveredAt))
        .forEach(
            attempt -> byGuid.computeIfAbsent(attempt.guid(), _ -> new ArrayList<>()).add(attempt));
    byGuid.values().removeIf(attempts -> attempts.stream().anyMatch(LoggedDelivery::accepted));
    List<LoggedDelivery> again = new ArrayList<>();
    int givenUp = 0;
    for (List<LoggedDelivery> attempts : byGuid.values()) {
      LoggedDelivery last = attempts.getLast();
      if (attempts.size() >= MOST_ATTEMPTS) {
        givenUp++;
      } else if (last.deliveredAt().isBefore(now.minus(SETTLED))) {
        again.add(last);
      }
    }
    return new MissedEvents(byGuid.size(), again, givenUp);
  }
}

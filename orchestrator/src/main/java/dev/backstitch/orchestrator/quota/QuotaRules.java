package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/// The limits of an API, as its users may use them. The components are those of the type
/// `quota_rules` in the database.
///
/// @param reserve bulk leaves so many points of a window to live work,
/// @param reserveShare but never more than this share of the limit, 0 to 1
/// @param floorShare live work leaves this share of the limit, 0 to 1
/// @param burst bulk may run ahead of its even pace by so many points,
/// @param burstShare or by this share of what it has left, if that is more; 0 to 1
/// @param spread bulk is spread over this share of the time to the reset, above 0, to 1. With 1 the
///   last point is spent at the reset; with a quarter it starts four times as fast and slows down
///   as its part shrinks
/// @param windowSeconds how long a window lasts, as far as known
/// @param liveAtOnce how many permits live work may hold
/// @param bulkAtOnce how many permits bulk may hold
/// @param pointsPerMinute of each lane, where a read is one point and a write is five
/// @param writesPerMinute of each lane
/// @param writesPerHour of each lane
/// @param strikes after so many "too fast" in a row, callers are refused until the block is over
/// @param leaseSeconds how long a permit lasts without an answer: longer than any request
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record QuotaRules(
    int reserve,
    double reserveShare,
    double floorShare,
    int burst,
    double burstShare,
    double spread,
    double windowSeconds,
    int liveAtOnce,
    int bulkAtOnce,
    int pointsPerMinute,
    int writesPerMinute,
    int writesPerHour,
    int strikes,
    double leaseSeconds) {

  /// Careful ones, for an API with an hourly quota: a fifth of it is kept for live work.
  public static final QuotaRules DEFAULT =
      new QuotaRules(1_000, 0.2, 0.02, 20, 0.05, 0.25, 3_600, 12, 8, 360, 30, 200, 6, 60);

  /// @throws IllegalArgumentException naming the component and its range
  public QuotaRules {
    positive("liveAtOnce", liveAtOnce);
    positive("bulkAtOnce", bulkAtOnce);
    positive("pointsPerMinute", pointsPerMinute);
    positive("writesPerMinute", writesPerMinute);
    positive("writesPerHour", writesPerHour);
    positive("strikes", strikes);
    positive("windowSeconds", windowSeconds);
    positive("leaseSeconds", leaseSeconds);
    positive("spread", spread);
    share("reserveShare", reserveShare);
    share("floorShare", floorShare);
    share("burstShare", burstShare);
    share("spread", spread);
    if (reserve < 0 || burst < 0) {
      throw new IllegalArgumentException(
          "reserve and burst must not be negative, were " + reserve + " and " + burst);
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }

  private static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 to 1, was " + value);
    }
  }

  /// The same with another reserve.
  public QuotaRules withReserve(int newReserve) {
    return new QuotaRules(
        newReserve,
        reserveShare,
        floorShare,
        burst,
        burstShare,
        spread,
        windowSeconds,
        liveAtOnce,
        bulkAtOnce,
        pointsPerMinute,
        writesPerMinute,
        writesPerHour,
        strikes,
        leaseSeconds);
  }

  /// The same with another spread.
  public QuotaRules withSpread(double newSpread) {
    return new QuotaRules(
        reserve,
        reserveShare,
        floorShare,
        burst,
        burstShare,
        newSpread,
        windowSeconds,
        liveAtOnce,
        bulkAtOnce,
        pointsPerMinute,
        writesPerMinute,
        writesPerHour,
        strikes,
        leaseSeconds);
  }

  /// The same for a server whose hour passes in so many seconds: everything that is counted per
  /// time is counted in that time.
  ///
  /// @param seconds the length of a window
  public QuotaRules withWindow(double seconds) {
    double faster = windowSeconds / seconds;
    return new QuotaRules(
        reserve,
        reserveShare,
        floorShare,
        burst,
        burstShare,
        spread,
        seconds,
        liveAtOnce,
        bulkAtOnce,
        (int) (pointsPerMinute * faster),
        (int) (writesPerMinute * faster),
        (int) (writesPerHour * faster),
        strikes,
        leaseSeconds);
  }

  /// The same for requests that may take longer.
  ///
  /// @param seconds how long a permit lasts without an answer
  public QuotaRules withLease(double seconds) {
    return new QuotaRules(
        reserve,
        reserveShare,
        floorShare,
        burst,
        burstShare,
        spread,
        windowSeconds,
        liveAtOnce,
        bulkAtOnce,
        pointsPerMinute,
        writesPerMinute,
        writesPerHour,
        strikes,
        seconds);
  }

  /// The same with other bounds on permits at a time and on points a minute, each per lane.
  public QuotaRules withPace(int newLiveAtOnce, int newBulkAtOnce, int newPointsPerMinute) {
    return new QuotaRules(
        reserve,
        reserveShare,
        floorShare,
        burst,
        burstShare,
        spread,
        windowSeconds,
        newLiveAtOnce,
        newBulkAtOnce,
        newPointsPerMinute,
        writesPerMinute,
        writesPerHour,
        strikes,
        leaseSeconds);
  }
}

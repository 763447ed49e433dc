package dev.backstitch.loadtest.simulator.hook;

import java.time.Duration;

/// What goes wrong with deliveries. Shares are 0 to 1.
///
/// @param lost of these the log says that nobody answered
/// @param doubled these arrive twice
/// @param late these leave only after `delay`, so that later ones overtake them
/// @param seed decides which
/// @param tooLarge of these the payload is above GitHub's 25 MB: they are not sent, and no log
///   tells of them
public record HookTrouble(
    double lost, double doubled, double late, Duration delay, long seed, double tooLarge) {

  /// Everything arrives once, in order as far as requests of their own can.
  public static final HookTrouble NONE = new HookTrouble(0, 0, 0, Duration.ZERO, 1);

  /// @throws IllegalArgumentException naming the range
  public HookTrouble {
    if (isNoShare(lost)
        || isNoShare(doubled)
        || isNoShare(late)
        || isNoShare(tooLarge)
        || delay.isNegative()) {
      throw new IllegalArgumentException(
          "shares are 0 to 1 and the delay is not negative: %s, %s, %s, %s, %s"
              .formatted(lost, doubled, late, tooLarge, delay));
    }
  }

  /// The same without payloads that are too large.
  public HookTrouble(double lost, double doubled, double late, Duration delay, long seed) {
    this(lost, doubled, late, delay, seed, 0);
  }

  private static boolean isNoShare(double share) {
    return !(share >= 0 && share <= 1);
  }
}

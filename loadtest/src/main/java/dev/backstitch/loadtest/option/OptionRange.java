package dev.backstitch.loadtest.option;

/// The range of a numeric option, and how a number out of it is refused.
public final class OptionRange {
  private OptionRange() {}

  /// Checks the value of an option; both ends of the range are allowed.
  ///
  /// @param option as it is typed, such as `--runs`
  /// @return the value
  /// @throws IllegalArgumentException naming the option, its range and the value
  public static <T extends Number> T inRange(String option, T value, double least, double most) {
    double number = value.doubleValue();
    // Written so that what is no number is refused, too.
    if (!(number >= least && number <= most)) {
      throw new IllegalArgumentException(
          option + " must be " + plain(least) + " to " + plain(most) + ", was " + plain(number));
    }
    return value;
  }

  private static String plain(double number) {
    boolean whole = number == Math.rint(number) && !Double.isInfinite(number);
    return whole ? Long.toString((long) number) : Double.toString(number);
  }
}

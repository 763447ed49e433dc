package dev.backstitch.loadtest.load.draw;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/// Numbers as people read them.
public final class Figure {
  private static final double THOUSAND = 1_000;
  private static final double MILLION = 1_000_000;

  private Figure() {}

  /// Three digits that count, and `k` or `M` for the rest.
  public static String of(double value) {
    double size = Math.abs(value);
    if (size >= 10 * MILLION) {
      return rounded(value / MILLION, 0) + "M";
    }
    if (size >= MILLION) {
      return rounded(value / MILLION, 1) + "M";
    }
    if (size >= 10 * THOUSAND) {
      return rounded(value / THOUSAND, size >= 100 * THOUSAND ? 0 : 1) + "k";
    }
    if (size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size >= 10) {
      return rounded(value, 1);
    }
    if (size >= 0.1) {
      return rounded(value, 2);
    }
    return rounded(value, 4);
  }

  private static String rounded(double value, int decimals) {
    String text =
        BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    if (!text.contains(".")) {
      return text;
    }
    String bare = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    return bare.equals("-0") ? "0" : bare;
  }
}

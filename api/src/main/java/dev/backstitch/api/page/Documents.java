package dev.backstitch.api.page;

import dev.backstitch.orchestrator.history.Payload;
import java.util.Locale;

/// JSON on a page: all of it if possible, folded if long.
final class Documents {
  private static final int FOLD_ABOVE_BYTES = 1_200;
  private static final int MOST_CHARACTERS = 100_000;

  private Documents() {}

  /// @param raw where the whole can be had
  static RunPage.Document of(Payload payload, String raw) {
    JsonText text = JsonText.of(payload, MOST_CHARACTERS);
    return new RunPage.Document(
        text,
        payload.sizeBytes() > FOLD_ABOVE_BYTES,
        size(payload.sizeBytes()),
        text.complete() ? null : raw);
  }

  private static String size(int bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}

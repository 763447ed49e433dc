package dev.backstitch.orchestrator.workflow;

import java.util.Objects;

/// Why something failed, as stable data: what is compared, recorded and shown.
///
/// Stack traces are no part of it, because they change with every build and would break replay.
///
/// @param type a stable name to decide by, such as `not-found`; for an exception nobody translated,
///   its simple class name
/// @param message what happened, for a person; never holds a secret; cut to 10,000 characters
public record Failure(String type, String message) {
  private static final int LONGEST = 10_000;

  /// Rejects nulls and mends what is no valid Unicode, so that a failure can always be recorded and
  /// is the same when it is read again.
  public Failure {
    type = readable(type);
    message = readable(message);
  }

  /// The failure that stands for an exception: its own, if it carries one, otherwise its class and
  /// message.
  public static Failure of(Throwable thrown) {
    return switch (thrown) {
      case ActivityFailedException failed -> failed.failure();
      case ValueFailedException failed -> failed.failure();
      case UnreadableSignalException unreadable -> unreadable.failure();
      case RunCancelledException cancelled ->
          new Failure("cancelled", String.valueOf(cancelled.getMessage()));
      case PermanentFailureException permanent -> permanent.failure();
      case TransientFailureException passing -> passing.failure();
      case Throwable other ->
          new Failure(typeOf(other.getClass()), Objects.toString(other.getMessage(), ""));
    };
  }

  /// Text as it can be recorded: valid Unicode of a bounded length.
  static String readable(String text) {
    String mended = text.codePoints().anyMatch(Failure::isHalf) ? mend(text) : text;
    return mended.length() <= LONGEST
        ? mended
        : mend(mended.substring(0, LONGEST)) + "... (" + text.length() + " characters)";
  }

  private static String mend(String text) {
    return text.codePoints()
        .map(point -> isHalf(point) ? '\ufffd' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /// A surrogate that lost its other half, as text does that was cut without care.
  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /// Anonymous classes have no simple name.
  private static String typeOf(Class<?> type) {
    return type.getSimpleName().isEmpty() ? type.getTypeName() : type.getSimpleName();
  }
}

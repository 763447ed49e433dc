package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Instant;

/// Writes instants as [Instant#toString] does, and formats each second once: what is recorded
/// within it differs behind the point only. Safe for any thread.
final class InstantSerializer extends StdSerializer<Instant> {
  private static final long serialVersionUID = 1;

  private transient volatile Second last = Second.of(0);

  InstantSerializer() {
    super(Instant.class);
  }

  /// @param text without the zone
  private record Second(long epochSecond, String text) {

    static Second of(long epochSecond) {
      String text = Instant.ofEpochSecond(epochSecond).toString();
      return new Second(epochSecond, text.substring(0, text.length() - 1));
    }
  }

  @Override
  public void serialize(Instant value, JsonGenerator generator, SerializerProvider provider)
      throws IOException {
    generator.writeString(text(value));
  }

  String text(Instant value) {
    Second second = last;
    if (second.epochSecond() != value.getEpochSecond()) {
      second = Second.of(value.getEpochSecond());
      last = second;
    }
    return second.text() + fraction(value.getNano()) + "Z";
  }

  /// Milliseconds, microseconds or nanoseconds, whatever is enough.
  private static String fraction(int nanos) {
    if (nanos == 0) {
      return "";
    }
    if (nanos % 1_000_000 == 0) {
      return digits(1_000 + nanos / 1_000_000);
    }
    return digits(nanos % 1_000 == 0 ? 1_000_000 + nanos / 1_000 : 1_000_000_000 + nanos);
  }

  /// @param guarded the digits behind a one that keeps their zeros
  private static String digits(int guarded) {
    return "." + Integer.toString(guarded).substring(1);
  }
}

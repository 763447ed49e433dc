package dev.backstitch.orchestrator.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// The identity of a run: 63 bits, ordered by the time of creation, shown as 13 characters.
///
/// The upper 41 bits are milliseconds since 2024-01-01T00:00Z on the database's clock, the lower 22
/// keep ids of one millisecond apart. The text form is base 32 in Crockford's alphabet
/// (https://www.crockford.com/base32.html: no I, L, O, U), upper case, and sorts like the number.
///
/// @param value not negative
public record RunId(long value) implements Comparable<RunId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 13;

  /// @throws IllegalArgumentException if negative
  public RunId {
    if (value < 0) {
      throw new IllegalArgumentException("a run id is not negative, was " + value);
    }
  }

  /// Reads the text form, in either case.
  ///
  /// @throws IllegalArgumentException if it is not 13 characters of the alphabet
  @JsonCreator
  public static RunId parse(String text) {
    if (text.length() != LENGTH) {
      throw malformed(text);
    }
    long value = 0;
    for (int i = 0; i < LENGTH; i++) {
      int digit = ALPHABET.indexOf(Character.toUpperCase(text.charAt(i)));
      if (digit < 0 || (i == 0 && digit > 7)) {
        throw malformed(text);
      }
      value = (value << 5) | digit;
    }
    return new RunId(value);
  }

  @Override
  public int compareTo(RunId other) {
    return Long.compare(value, other.value);
  }

  /// The 13 characters.
  @Override
  @JsonValue
  public String toString() {
    char[] text = new char[LENGTH];
    long rest = value;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) (rest & 31));
      rest >>>= 5;
    }
    return new String(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "a run id is 13 characters of 0-9 and A-Z without I, L, O, U, such as 01J9ZK3QXV7WA; was "
            + (text.length() > 40 ? text.substring(0, 40) + "..." : text));
  }
}

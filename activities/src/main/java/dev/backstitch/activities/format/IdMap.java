package dev.backstitch.activities.format;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// `user_map.json` and `latest_sync_hashes.json`: an object from user id to a string, sorted by the
/// number the id is.
public final class IdMap {
  /// Numbers first and by their value; anything else after them, by its characters.
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt((String id) -> isNumber(id) ? 0 : 1)
          .thenComparing(id -> isNumber(id) ? new BigInteger(id) : BigInteger.ZERO)
          .thenComparing(Comparator.naturalOrder());

  private IdMap() {}

  /// A copy in the order in which it is written. Unmodifiable.
  public static SortedMap<String, String> sorted(Map<String, String> entries) {
    SortedMap<String, String> sorted = new TreeMap<>(BY_NUMBER);
    sorted.putAll(entries);
    return Collections.unmodifiableSortedMap(sorted);
  }

  /// Reads the bytes of a map. Of a key that occurs twice, the last counts: the original wrote
  /// every key once as a number and once as a string. An empty file is an empty map: the original
  /// left one behind when it crashed on its first run.
  ///
  /// @throws MalformedFileException if they are not an object of strings
  public static SortedMap<String, String> parse(byte[] bytes) throws MalformedFileException {
    if (bytes.length == 0) {
      return sorted(Map.of());
    }
    if (!(JsonReader.read(bytes) instanceof JsonValue.Members(Map<String, JsonValue> members))) {
      throw new MalformedFileException("it must be an object of strings");
    }
    Map<String, String> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      if (!(member.getValue() instanceof JsonValue.Text(String text))) {
        throw new MalformedFileException(
            "it must be an object of strings, but the value of " + member.getKey() + " is not one");
      }
      entries.put(member.getKey(), text);
    }
    return sorted(entries);
  }

  /// The bytes of a map.
  public static byte[] rendered(Map<String, String> entries) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    sorted(entries).forEach((id, text) -> members.put(id, new JsonValue.Text(text)));
    return PythonJson.write(new JsonValue.Members(members));
  }

  private static boolean isNumber(String id) {
    return !id.isEmpty() && id.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}

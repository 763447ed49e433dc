package dev.backstitch.activities.format;

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
  private static final Comparator<String> BY_NUMBER = IdMap::compare;

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

  /// Numbers before all else, by their value. On digits alone, because maps of ten thousand are
  /// sorted again and again.
  private static int compare(String one, String other) {
    boolean number = isNumber(one);
    if (number != isNumber(other)) {
      return number ? -1 : 1;
    }
    int byValue = number ? compareValues(withoutZeros(one), withoutZeros(other)) : 0;
    return byValue != 0 ? byValue : one.compareTo(other);
  }

  private static int compareValues(String one, String other) {
    int byLength = Integer.compare(one.length(), other.length());
    return byLength != 0 ? byLength : one.compareTo(other);
  }

  private static String withoutZeros(String number) {
    int zeros = 0;
    while (zeros < number.length() - 1 && number.charAt(zeros) == '0') {
      zeros++;
    }
    return number.substring(zeros);
  }

  private static boolean isNumber(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) < '0' || id.charAt(i) > '9') {
        return false;
      }
    }
    return !id.isEmpty();
  }
}

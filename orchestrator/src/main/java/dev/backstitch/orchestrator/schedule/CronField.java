package dev.backstitch.orchestrator.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// One field of a cron expression: the numbers it stands for.
final class CronField {
  private final BitSet numbers;
  private final boolean every;

  private CronField(BitSet numbers, boolean every) {
    this.numbers = numbers;
    this.every = every;
  }

  /// @param names words for numbers, the first for `least`
  static CronField parse(String field, String text, int least, int most, List<String> names) {
    Reader reader = new Reader(field, text, least, most, names);
    BitSet numbers = new BitSet();
    for (String part : text.split(",", -1)) {
      reader.add(part, numbers);
    }
    return new CronField(numbers, text.startsWith("*"));
  }

  /// Whether it is `*`, with or without a step: then it restricts no day, as cron has it.
  boolean isEvery() {
    return every;
  }

  boolean has(int number) {
    return numbers.get(number);
  }

  private record Reader(String field, String text, int least, int most, List<String> names) {

    void add(String part, BitSet numbers) {
      String[] stepped = part.split("/", -1);
      if (stepped.length > 2) {
        throw refused();
      }
      int step = stepped.length == 2 ? number(stepped[1], 1, most) : 1;
      String[] range = stepped[0].split("-", -1);
      int from;
      int to;
      if (stepped[0].equals("*")) {
        from = least;
        to = most;
      } else if (range.length == 1) {
        from = named(range[0]);
        to = stepped.length == 2 ? most : from;
      } else if (range.length == 2) {
        from = named(range[0]);
        to = named(range[1]);
      } else {
        throw refused();
      }
      if (from > to) {
        throw refused();
      }
      for (int number = from; number <= to; number += step) {
        numbers.set(number);
      }
    }

    private int named(String word) {
      int name = names.indexOf(word.toUpperCase(Locale.ROOT));
      return name >= 0 ? least + name : number(word, least, most);
    }

    private int number(String digits, int smallest, int largest) {
      if (!digits.matches("[0-9]{1,2}")) {
        throw refused();
      }
      int number = Integer.parseInt(digits);
      if (number < smallest || number > largest) {
        throw refused();
      }
      return number;
    }

    private IllegalArgumentException refused() {
      return new IllegalArgumentException(
          "the "
              + field
              + " of a cron expression is *, numbers from "
              + least
              + " to "
              + most
              + ", ranges or lists of them, with steps such as */5, was '"
              + text
              + "'");
    }
  }
}

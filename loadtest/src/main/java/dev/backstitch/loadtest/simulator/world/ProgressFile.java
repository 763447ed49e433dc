package dev.backstitch.loadtest.simulator.world;

import dev.backstitch.loadtest.python.PythonJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The `progress.json` of one student, as the student's own tool writes it.
record ProgressFile(FileStyle style, List<Attempt> attempts) {

  private static final List<String> EXERCISES =
      List.of(
          "anchor-branch",
          "blame-the-breeze",
          "bisect-in-the-dark",
          "cherry-orchard",
          "conflict-at-dawn",
          "detached-lighthouse",
          "first-snapshot",
          "ignore-the-noise",
          "log-and-lantern",
          "merge-two-rivers",
          "rebase-camp",
          "remote-control",
          "reset-the-table",
          "stash-and-dash",
          "tag-along",
          "undo-the-undo");

  private static final List<String> COMMENTS =
      List.of(
          "You have not created a commit yet.",
          "The branch \"feature\" should point to the commit that says \"add login\".",
          "Run `git log --oneline` and compare it with the expected history.",
          "Well done!",
          "The file C:\\work\\notes.txt should not be tracked.",
          "Très bien, la fusion est réussie ✔",
          "请先提交你的更改，然后再合并。",
          "Almost there 🎉 – only the message is missing.",
          "Expected:\n\tmain\nFound:\n\tmaster",
          "Don't use `push --force`; it's not needed here / ever.",
          "");

  private static final List<String> STATUSES =
      List.of("SUCCESSFUL", "UNSUCCESSFUL", "ERROR", "Completed", "Incomplete");

  private static final int FEWEST = 3;
  private static final int MOST = 63;

  ProgressFile {
    attempts = List.copyOf(attempts);
  }

  /// A file of 0.4 to 16 kB; most are small, as in a real class.
  static ProgressFile random(Random random) {
    double share = Math.pow(random.nextDouble(), 2);
    int count = FEWEST + (int) Math.round(share * (MOST - FEWEST));
    var attempts = new ArrayList<Attempt>();
    for (int i = 0; i < count; i++) {
      attempts.add(attempt(random));
    }
    int style = random.nextInt(5);
    return new ProgressFile(
        switch (style) {
          case 0 -> FileStyle.COMPACT_UTF8;
          case 1 -> FileStyle.PYTHON_ONE_LINE;
          default -> FileStyle.PYTHON_INDENTED;
        },
        attempts);
  }

  /// The same file after one more attempt; the oldest one goes when the file is full.
  ProgressFile withOneMore(Random random) {
    var more = new ArrayList<>(attempts);
    if (more.size() >= MOST) {
      more.removeFirst();
    }
    more.add(attempt(random));
    return new ProgressFile(style, more);
  }

  byte[] bytes() {
    var out = new StringBuilder();
    boolean indented = style == FileStyle.PYTHON_INDENTED;
    String afterComma =
        switch (style) {
          case PYTHON_INDENTED -> "\n  ";
          case COMPACT_UTF8 -> "";
          case PYTHON_ONE_LINE -> " ";
        };
    out.append('[').append(indented ? "\n  " : "");
    for (int i = 0; i < attempts.size(); i++) {
      out.append(i == 0 ? "" : "," + afterComma);
      write(attempts.get(i), out);
    }
    out.append(indented ? "\n" : "").append(']');
    out.append(style == FileStyle.PYTHON_ONE_LINE ? "\n" : "");
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(Attempt attempt, StringBuilder out) {
    String open = style == FileStyle.PYTHON_INDENTED ? "\n    " : "";
    String comma =
        switch (style) {
          case PYTHON_INDENTED -> ",\n    ";
          case COMPACT_UTF8 -> ",";
          case PYTHON_ONE_LINE -> ", ";
        };
    String colon = style == FileStyle.COMPACT_UTF8 ? ":" : ": ";
    out.append('{').append(open).append("\"exercise_name\"").append(colon);
    text(attempt.exercise(), out);
    out.append(comma).append("\"started_at\"").append(colon);
    out.append(attempt.startedAt().orElse("null"));
    out.append(comma).append("\"completed_at\"").append(colon);
    out.append(attempt.completedAt().orElse("null"));
    out.append(comma).append("\"comments\"").append(colon);
    comments(attempt.comments(), out);
    out.append(comma).append("\"status\"").append(colon);
    text(attempt.status(), out);
    out.append(style == FileStyle.PYTHON_INDENTED ? "\n  }" : "}");
  }

  private void comments(List<String> comments, StringBuilder out) {
    boolean indented = style == FileStyle.PYTHON_INDENTED && !comments.isEmpty();
    String comma =
        switch (style) {
          case PYTHON_INDENTED -> ",\n      ";
          case COMPACT_UTF8 -> ",";
          case PYTHON_ONE_LINE -> ", ";
        };
    out.append('[').append(indented ? "\n      " : "");
    for (int i = 0; i < comments.size(); i++) {
      out.append(i == 0 ? "" : comma);
      text(comments.get(i), out);
    }
    out.append(indented ? "\n    " : "").append(']');
  }

  private void text(String text, StringBuilder out) {
    if (style != FileStyle.COMPACT_UTF8) {
      PythonJson.quote(text, out);
      return;
    }
    // No text of ours holds other control characters than these.
    String escaped =
        text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    out.append('"').append(escaped).append('"');
  }

  private static Attempt attempt(Random random) {
    long startedMicros = 1_752_000_000_000_000L + random.nextLong(30_000_000_000_000L);
    boolean completed = random.nextInt(8) > 0;
    long completedMicros = startedMicros + 20_000_000L + random.nextLong(3_600_000_000L);
    var comments = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      comments.add(pick(COMMENTS, random));
    }
    return new Attempt(
        pick(EXERCISES, random),
        random.nextInt(40) == 0 ? Optional.empty() : Optional.of(seconds(startedMicros)),
        completed ? Optional.of(seconds(completedMicros)) : Optional.empty(),
        comments,
        pick(STATUSES, random));
  }

  /// Epoch seconds as Python prints a float: up to six decimals, no zeros at the end but one.
  static String seconds(long micros) {
    // 1_000_000 is added for its leading zeros and its 1 cut off; a format would take ten times
    // longer.
    String decimals = Long.toString(1_000_000 + micros % 1_000_000).substring(1);
    int end = decimals.length();
    while (end > 1 && decimals.charAt(end - 1) == '0') {
      end--;
    }
    return micros / 1_000_000 + "." + decimals.substring(0, end);
  }

  private static String pick(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}

package dev.backstitch.api.page;

import dev.backstitch.orchestrator.outbox.PostTally;
import java.util.ArrayList;
import java.util.List;

/// What a run has posted to one target, in words.
///
/// @param summary such as `12 changes, 1 post`
/// @param details such as `recorded 12, superseded 11, delivered 1`
/// @param tone how it is coloured
public record PostLine(String target, String summary, String details, String tone) {

  static PostLine of(PostTally tally) {
    List<String> details = new ArrayList<>();
    details.add("recorded " + tally.recorded());
    add(details, "superseded", tally.superseded());
    add(details, "unchanged", tally.unchanged());
    add(details, "delivered", tally.delivered());
    add(details, "waiting", tally.pending());
    add(details, "dead", tally.dead());
    return new PostLine(
        tally.target(),
        counted(tally.recorded(), "change") + ", " + counted(tally.deliveries(), "post"),
        String.join(", ", details),
        tone(tally));
  }

  private static EventText.Tone toneOf(PostTally tally) {
    if (tally.dead() > 0) {
      return EventText.Tone.BAD;
    }
    return tally.pending() > 0 ? EventText.Tone.WAIT : EventText.Tone.GOOD;
  }

  private static String tone(PostTally tally) {
    return toneOf(tally).name().toLowerCase(java.util.Locale.ROOT);
  }

  private static void add(List<String> details, String word, long count) {
    if (count > 0) {
      details.add(word + " " + count);
    }
  }

  static String counted(long count, String word) {
    return count + " " + word + (count == 1 ? "" : "s");
  }
}

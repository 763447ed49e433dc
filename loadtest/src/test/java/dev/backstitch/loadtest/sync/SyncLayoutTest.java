package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.sync.SyncResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Syncs that write their files to other places than git-mastery's.
final class SyncLayoutTest {
  @Test
  void in_another_layout_the_same_files_are_at_other_places() {
    try (Classroom classroom = Classroom.of(6)) {
      String input =
          """
          {
            "repository": "%s",
            "layout": {"students": "data/people", "userMap": "data/who.json", "hashes": "seen.json"}
          }
          """
              .formatted(classroom.github().repository());
      Map<String, String> wanted = texts(classroom.world().trackerFiles());

      SyncResult cold = classroom.await(classroom.start(input));
      classroom.world().pushProgress(2);
      SyncResult changed = classroom.await(classroom.start(input));
      SyncResult idle = classroom.await(classroom.start(input));

      assertThat(cold.changed()).isEqualTo(6);
      assertThat(changed.changed()).as("what was written is read again").isEqualTo(2);
      assertThat(idle.changed()).isZero();
      assertThat(classroom.world().trackerCommits()).hasSize(2);
      texts(classroom.world().expectedTrackerFiles())
          .forEach((path, text) -> wanted.put(elsewhere(path), text));
      assertThat(wanted)
          .as("the usual maps were there, empty, and stay")
          .containsKeys("data/who.json", "seen.json")
          .containsEntry("user_map.json", "{}");
      assertThat(texts(classroom.world().trackerFiles())).isEqualTo(wanted);
    }
  }

  private static String elsewhere(String path) {
    return switch (path) {
      case "user_map.json" -> "data/who.json";
      case "latest_sync_hashes.json" -> "seen.json";
      default -> path.replaceFirst("^students/", "data/people/");
    };
  }

  private static Map<String, String> texts(Map<String, byte[]> files) {
    Map<String, String> texts = new TreeMap<>();
    files.forEach((path, bytes) -> texts.put(path, new String(bytes, StandardCharsets.UTF_8)));
    return texts;
  }
}

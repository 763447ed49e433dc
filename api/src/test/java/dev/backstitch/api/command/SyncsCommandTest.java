package dev.backstitch.api.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.sync.RecordedSyncs;
import dev.backstitch.api.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncsCommandTest {
  private static final String TWO =
      """
      syncs:
        - name: first
          repositories: [course/progress]
          schedule: {every: 30m}
        - name: second
          repositories: [course/progress, course/other]
          branch: data
          layout: {students: data/students}
          webhook: true
      """;

  @TempDir private Path folder;
  private final TestApp app = TestApp.startWith(new RecordedSyncs(), Map.of());

  private record Outcome(int exit, String results, String talk) {}

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void a_file_applied_twice_changes_nothing_the_second_time() throws Exception {
    String file = file(TWO);

    Outcome wished = syncs("apply", file, "--dry-run");
    Outcome first = syncs("apply", file);
    Outcome second = syncs("apply", file);

    assertThat(wished.results()).contains("created    first", "2 of 2 syncs would change");
    assertThat(first.results()).contains("created    second", "2 of 2 syncs changed");
    assertThat(second.results()).contains("unchanged  first", "0 of 2 syncs changed");
    assertThat(syncs("list").results()).contains("first", "course/other");
  }

  @Test
  void a_change_is_printed_with_what_was_before() throws Exception {
    syncs("apply", file(TWO));

    Outcome changed = syncs("apply", file(TWO.replace("30m", "1h")));

    assertThat(changed.results())
        .contains("changed    first")
        .contains("schedule: {\"every\":\"30m\"} -> {\"every\":\"1h\"}")
        .contains("1 of 2 syncs changed");
  }

  @Test
  void a_mistake_in_the_last_sync_leaves_the_first_as_it_was() throws Exception {
    Outcome refused = syncs("apply", file(TWO.replace("branch: data", "brnch: data")));

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.talk()).contains("second: brnch");
    assertThat(syncs("list").results()).contains("No sync is configured");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- a                                | a list called 'syncs'",
        "syncs: []\\nmore: 1                | a list called 'syncs'",
        "syncs: [{repositories: [a/b]}]     | must be a map with a 'name'",
        "syncs: [{name: a}, {name: a}]      | two syncs called 'a'",
        "syncs: [{name: a, name: b}]        | is no YAML",
        "syncs: [                           | is no YAML",
      })
  void a_file_that_is_no_list_of_syncs_is_refused(String text, String why) throws Exception {
    Outcome refused = syncs("apply", file(text.strip().replace("\\n", "\n")));

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.talk()).contains(why);
  }

  @Test
  void a_sync_is_shown_run_dry_and_deleted() throws Exception {
    syncs("apply", file(TWO));

    Outcome dry = syncs("dry-run", "first");
    Outcome shown = syncs("show", "first");
    Outcome deleted = syncs("delete", "first");
    Outcome gone = syncs("show", "first");

    assertThat(dry.exit()).isZero();
    assertThat(dry.results()).contains("course/progress  (run ", "nothing would change");
    assertThat(shown.results()).contains("DRY_RUN", "\"every\" : \"30m\"");
    assertThat(deleted.results()).contains("deleted   first");
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.talk()).contains("No sync is called 'first'");
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("syncs.yaml"), text).toString();
  }

  private Outcome syncs(String... arguments) {
    String[] all =
        Stream.of(List.of("syncs"), List.of(arguments), List.of("--home", app.home.toString()))
            .flatMap(List::stream)
            .toArray(String[]::new);
    PrintStream out = System.out;
    PrintStream err = System.err;
    var results = new ByteArrayOutputStream();
    var talk = new ByteArrayOutputStream();
    System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(talk, true, StandardCharsets.UTF_8));
    try {
      int exit = Backstitch.run(new Environment(Map.of()), new Output(), List.of(), all);
      return new Outcome(
          exit, results.toString(StandardCharsets.UTF_8), talk.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}

package dev.backstitch.api.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  @Test
  void a_file_with_an_address_that_is_none_is_refused_as_an_option_is() throws Exception {
    Outcome refused = syncs("apply", file(TWO.replace("branch: data", "apiUrl: github.example")));

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.talk()).contains("second: apiUrl", "github.api-urls");
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

  @Test
  void a_sync_is_created_from_options_alone() throws Exception {
    Outcome wished =
        syncs(
            "create",
            "third",
            "--repository",
            "course/a,course/b",
            "--cron",
            "0 6 * * *",
            "--zone",
            "Asia/Singapore",
            "--webhook",
            "--dry-run");
    assertThat(wished.results()).contains("created    third", "Asia/Singapore");
    assertThat(syncs("list").results()).contains("No sync is configured");

    Outcome created =
        syncs(
            "create",
            "third",
            "--repository",
            "course/a",
            "--repository",
            "course/b",
            "--file",
            "notes.json",
            "--base",
            "develop",
            "--branch",
            "data",
            "--students",
            "data/students",
            "--user-map",
            "data/users.json",
            "--hashes",
            "data/hashes.json",
            "--every",
            "2h",
            "--webhook");

    assertThat(created.exit()).isZero();
    JsonNode config = config("third");
    assertThat(config.path("repositories").toString()).isEqualTo("[\"course/a\",\"course/b\"]");
    assertThat(config.path("file").asText()).isEqualTo("notes.json");
    assertThat(config.path("base").asText()).isEqualTo("develop");
    assertThat(config.path("branch").asText()).isEqualTo("data");
    assertThat(config.path("layout").toString())
        .isEqualTo(
            "{\"students\":\"data/students\",\"userMap\":\"data/users.json\","
                + "\"hashes\":\"data/hashes.json\"}");
    assertThat(config.at("/schedule/every").asText()).isEqualTo("2h");
    assertThat(config.path("webhook").asBoolean()).isTrue();
  }

  @Test
  void a_sync_that_is_there_is_not_created_again() throws Exception {
    syncs("create", "one", "--repository", "course/a");

    Outcome again = syncs("create", "one", "--repository", "course/b");

    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.talk()).contains("one: ", "'one' is at version 1, not 0");
    assertThat(config("one").path("repositories").toString()).contains("course/a");
  }

  @Test
  void an_update_leaves_alone_what_it_does_not_name() throws Exception {
    syncs("apply", file(TWO));

    Outcome wished = syncs("update", "second", "--every", "1h", "--dry-run");
    Outcome changed = syncs("update", "second", "--cron", "0 6 * * *", "--hashes", "h.json");
    Outcome zoned = syncs("update", "second", "--zone", "Asia/Singapore", "--json");
    Outcome later = syncs("update", "second", "--cron", "0 7 * * *");
    Outcome same = syncs("update", "second", "--branch", "data");

    assertThat(wished.results()).contains("changed    second", "schedule: null -> ");
    assertThat(changed.results()).contains("changed    second", "layout: ");
    assertThat(new ObjectMapper().readTree(zoned.results()).path("outcome").asText())
        .isEqualTo("CHANGED");
    assertThat(later.results()).contains("changed    second");
    assertThat(same.results()).contains("unchanged  second");
    JsonNode config = config("second");
    assertThat(config.path("repositories")).hasSize(2);
    assertThat(config.at("/layout/students").asText()).isEqualTo("data/students");
    assertThat(config.at("/layout/hashes").asText()).isEqualTo("h.json");
    assertThat(config.path("schedule").toString())
        .isEqualTo("{\"cron\":\"0 7 * * *\",\"zone\":\"Asia/Singapore\"}");
    assertThat(config.path("webhook").asBoolean()).isTrue();
  }

  @Test
  void a_sync_is_put_to_rest_and_becomes_a_sweep() throws Exception {
    syncs("create", "one", "--repository", "course/a", "--every", "1h", "--webhook");

    syncs("update", "one", "--no-schedule", "--no-webhook");
    JsonNode rests = config("one");
    syncs("update", "one", "--sweep-hook", "123", "--sweep-hours", "48");
    JsonNode sweeps = config("one");
    syncs("update", "one", "--sweep-app");
    JsonNode sweepsApp = config("one");
    syncs("update", "one", "--no-sweep");

    assertThat(rests.has("schedule")).isFalse();
    assertThat(rests.path("webhook").asBoolean()).isFalse();
    assertThat(sweeps.path("sweep").toString()).isEqualTo("{\"hook\":123,\"lookBackHours\":48}");
    assertThat(sweepsApp.path("sweep").toString()).isEqualTo("{\"lookBackHours\":48,\"app\":true}");
    assertThat(config("one").has("sweep")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create one                                     | 1 | repositories is required",
        "create One --repository a/b                    | 1 | 1 to 63 lower-case letters",
        "create one --repository a/b --every 5x         | 1 | a number with s, m or h",
        "create one --repository a/b --every 5m --cron x| 1 | either every, such as 30m, or cron",
        "create one --repository a/b --zone UTC         | 1 | either every, such as 30m, or cron",
        "create one --repository a                      | 1 | repositories: ",
        "create one --repository a/b --api-url x.org    | 1 | apiUrl must be one of the server's",
        "create one --repository a/b --api-url https://me:secret@x.org | 1 | and no user",
        "create one --repository a/b --students /       | 1 | students",
        "create one --repository a/b --sweep-hours 1    | 1 | sweep.hook",
        "create one --repository a/b --sweep-hook x     | 2 | --sweep-hook",
        "create one --repository a/b --every 1h --no-schedule | 2 | contradict each other",
        "update one --every 1h                          | 1 | No sync is called 'one'",
        "update one                                     | 2 | give an option",
        "update                                         | 2 | NAME",
      })
  void options_that_make_no_sync_are_refused(String arguments, int exit, String why)
      throws Exception {
    Outcome refused = syncs(arguments.split(" +"));

    assertThat(refused.exit()).as(refused.talk()).isEqualTo(exit);
    assertThat(refused.talk()).contains(why).doesNotContain("secret");
    assertThat(syncs("list").results()).contains("No sync is configured");
  }

  private JsonNode config(String name) throws IOException {
    // The sync is the first of two documents.
    return new ObjectMapper().readTree(syncs("show", name).results()).path("config");
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

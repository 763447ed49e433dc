package dev.backstitch.api.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.api.testing.SampleModule;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackstitchTest {
  @TempDir private Path home;

  private record Outcome(int exit, String results, String talk) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "serve --port x",
        "sync",
        "run",
        "history",
        "runs --limit many",
        "signal 0000000000001",
        "signal 0000000000001 approve --payload {",
        "cancel",
        "terminate",
        "outbox --wrong",
        "runs --wrong",
        "check --wrong"
      })
  void wrong_use_is_one_line_with_a_hint_and_exit_code_2(String arguments) {
    Outcome outcome = run(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.results()).isEmpty();
    assertThat(outcome.talk().lines()).hasSize(2);
    assertThat(outcome.talk()).startsWith("backstitch: ").contains("--help' shows how");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bulk", "bulk=many", "bulk=0", "bulk=1=2"})
  void a_queue_that_can_not_be_is_refused_before_anything_is_started(String queue) {
    Outcome outcome = run(Map.of("BACKSTITCH_HOME", home.toString()), "serve", "--queue", queue);

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.talk()).containsAnyOf("queue", "runsInMemory");
    assertThat(home).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"runs --limit 0", "runs --limit 501"})
  void a_value_out_of_its_range_is_wrong_use_too(String arguments) {
    Outcome outcome = run(Map.of("BACKSTITCH_HOME", home.toString()), arguments.split(" ", -1));

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.talk()).contains("--limit must be 1 to 500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "serve --help", "sync --help", "runs --help", "--version"})
  void help_is_a_result(String arguments) {
    Outcome outcome = run(Map.of(), arguments.split(" ", -1));

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.results()).containsIgnoringCase("backstitch");
    assertThat(outcome.talk()).isEmpty();
  }

  @Test
  void an_address_open_to_the_network_without_a_token_is_refused_without_a_stack_trace() {
    Outcome outcome = run(Map.of(), "serve", "--home", home.toString(), "--host", "0.0.0.0");

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.talk()).contains("BACKSTITCH_API_TOKEN").doesNotContain("\tat ");
    assertThat(outcome.talk().lines()).hasSize(1);
  }

  @Test
  void a_sync_without_a_token_and_without_a_server_says_what_is_missing() {
    Outcome outcome = run(Map.of(), "sync", "o/r", "--home", home.toString());

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.talk()).contains("GITHUB_TOKEN is not set");
  }

  @Test
  void a_home_without_a_database_and_a_server_that_does_not_answer_are_told() {
    Outcome empty = run(Map.of("BACKSTITCH_HOME", home.toString()), "runs");
    Outcome silent = run(Map.of(), "runs", "--server", "http://127.0.0.1:1");

    assertThat(empty.exit()).isEqualTo(1);
    assertThat(empty.talk()).contains("no database yet").contains("backstitch serve");
    assertThat(silent.exit()).isEqualTo(1);
    assertThat(silent.talk()).contains("No Backstitch server answers at http://127.0.0.1:1");
  }

  @Test
  void runs_are_inspected_through_the_server_of_the_home_folder() throws Exception {
    try (var app = TestApp.start()) {
      RunId id = app.run("greet", "a/b", "{\"name\":\"Ada\"}");
      app.run("broken", null, "{\"name\":\"Ada\"}");
      String at = app.home.toString();

      Outcome list = run(Map.of(), "runs", "--home", at, "--workflow", "greet");
      JsonNode shown = json(run(Map.of(), "run", id.toString(), "--home", at, "--json"));
      JsonNode history = json(run(Map.of(), "history", id.toString(), "--home", at, "--json"));
      Outcome unknown = run(Map.of(), "run", "0000000000001", "--home", at);

      assertThat(list.exit()).isZero();
      assertThat(list.results()).contains(id.toString()).contains("a/b").doesNotContain("broken");
      assertThat(shown.path("run").path("id").asText()).isEqualTo(id.toString());
      assertThat(shown.path("result").asText()).isEqualTo("Hello Ada!");
      assertThat(history)
          .extracting(event -> event.path("type").asText())
          .containsExactly("RunStarted", "ActivityScheduled", "ActivityCompleted", "RunCompleted");
      assertThat(unknown.exit()).isEqualTo(1);
      assertThat(unknown.talk()).contains("0000000000001");
    }
  }

  @Test
  void runs_are_inspected_in_the_database_while_no_server_runs() throws Exception {
    try (var database = TestDatabase.create()) {
      RunId id;
      try (var app = TestApp.startOn(database)) {
        id = app.run("greet", "a/b", "{\"name\":\"Ada\"}");
      }
      Map<String, String> secret = Map.of("BACKSTITCH_DATABASE_PASSWORD", database.password());
      String[] where = {
        "--home", home.toString(),
        "--database-url", database.jdbcUrl(),
        "--database-user", database.user(),
        "--json"
      };

      JsonNode shown = json(run(secret, with(where, "run", id.toString())));
      JsonNode list = json(run(secret, with(where, "runs")));

      assertThat(shown.path("run").path("status").asText()).isEqualTo("COMPLETED");
      assertThat(list.path("runs")).hasSize(1);
    }
  }

  @Test
  void a_dead_post_is_shown_and_driven_again_with_a_server_and_without() throws Exception {
    try (var database = TestDatabase.create()) {
      try (var app = TestApp.startOn(database)) {
        String at = app.home.toString();
        app.run("announce", null, "{\"name\":\"ADA\"}");
        app.awaitDeadPost();

        Outcome shown = run(Map.of(), "outbox", "--home", at);
        Outcome redriven =
            run(Map.of(), "outbox", "--redrive", "--target", "board:hall", "--home", at);
        Outcome unknown =
            run(Map.of(), "outbox", "--redrive", "--target", "board:attic", "--home", at);

        assertThat(shown.results()).contains("board:hall", "dead", "guest", "no shouting");
        assertThat(redriven.results()).isEqualTo("tried again: 1\n");
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.talk()).contains("board:attic");
        app.awaitDeadPost();
      }
      Map<String, String> secret = Map.of("BACKSTITCH_DATABASE_PASSWORD", database.password());
      String[] where = {
        "--home", home.toString(),
        "--database-url", database.jdbcUrl(),
        "--database-user", database.user(),
        "--json"
      };

      JsonNode dead = json(run(secret, with(where, "outbox"))).path("undelivered").path(0);
      JsonNode redriven =
          json(run(secret, with(where, "outbox", "--redrive", "--target", "board:hall")));

      assertThat(dead.path("dead").asBoolean()).isTrue();
      assertThat(redriven.path("redriven").asInt()).isEqualTo(1);
    }
  }

  @Test
  void runs_are_signalled_cancelled_and_terminated_through_the_server() throws Exception {
    try (var app = TestApp.start()) {
      String at = app.home.toString();
      String first = app.start("patient", null, "{\"name\":\"Ada\"}").toString();
      String second = app.start("patient", null, "{\"name\":\"Ada\"}").toString();
      String third = app.start("patient", null, "{\"name\":\"Ada\"}").toString();

      Outcome signal =
          run(Map.of(), "signal", first, "number", "--payload", "1.50", "--id", "a", "--home", at);
      Outcome cancel =
          run(Map.of(), "cancel", second, "--reason", "enough", "--actor", "ada", "--home", at);
      JsonNode ended =
          json(run(Map.of(), "terminate", third, "--reason", "hangs", "--json", "--home", at));

      assertThat(signal.results()).isEqualTo("accepted  number under the id a\n");
      assertThat(signal.exit()).isZero();
      assertThat(cancel.exit()).as(cancel.talk()).isZero();
      assertThat(ended.path("status").asText()).isEqualTo("TERMINATED");
      assertThat(app.awaitClosed(RunId.parse(first)))
          .isEqualTo(new RunResult.Completed(Payload.ofJson("1.50")));
      assertThat(app.awaitClosed(RunId.parse(second)))
          .isEqualTo(new RunResult.Cancelled("ada", "enough"));
      assertThat(app.awaitClosed(RunId.parse(third)))
          .isEqualTo(new RunResult.Terminated(System.getProperty("user.name"), "hangs"));
      Outcome shown = run(Map.of(), "run", second, "--home", at);
      assertThat(shown.results()).contains("CANCELLED").contains("ended by   ada: enough");
      for (String command : List.of("cancel", "terminate")) {
        Outcome late = run(Map.of(), command, third, "--home", at);
        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.talk()).contains("has ended as TERMINATED");
      }
    }
  }

  @Test
  void runs_are_spoken_to_in_the_database_while_no_server_runs() throws Exception {
    try (var database = TestDatabase.create()) {
      List<String> runs = new ArrayList<>();
      try (var app = TestApp.startOn(database)) {
        for (int i = 0; i < 3; i++) {
          runs.add(app.start("patient", null, "{\"name\":\"Ada\"}").toString());
        }
      }
      Map<String, String> secret = Map.of("BACKSTITCH_DATABASE_PASSWORD", database.password());
      String[] where = {
        "--home", home.toString(),
        "--database-url", database.jdbcUrl(),
        "--database-user", database.user()
      };

      Outcome signal = run(secret, with(where, "signal", runs.get(0), "number", "--payload", "7"));
      Outcome cancel = run(secret, with(where, "cancel", runs.get(1)));
      JsonNode ended = json(run(secret, with(where, "terminate", runs.get(2), "--json")));
      Outcome late = run(secret, with(where, "signal", runs.get(2), "number"));
      Outcome unknown = run(secret, with(where, "cancel", "0000000000001"));

      assertThat(signal.exit()).as(signal.talk()).isZero();
      assertThat(cancel.exit()).as(cancel.talk()).isZero();
      assertThat(ended.path("status").asText()).isEqualTo("TERMINATED");
      assertThat(late.exit()).isEqualTo(1);
      assertThat(late.talk()).contains("has ended as TERMINATED");
      assertThat(unknown.talk()).contains("There is no run 0000000000001");
      try (var app = TestApp.startOn(database)) {
        assertThat(app.awaitClosed(RunId.parse(runs.get(0))))
            .isEqualTo(new RunResult.Completed(Payload.ofJson("7")));
        assertThat(app.awaitClosed(RunId.parse(runs.get(1))))
            .isInstanceOf(RunResult.Cancelled.class);
      }
    }
  }

  @Test
  void a_check_tells_what_is_violated_and_exits_with_1() throws Exception {
    try (var database = TestDatabase.create()) {
      try (var app = TestApp.startOn(database)) {
        app.run("greet", "a/b", "{\"name\":\"Ada\"}");
      }
      Map<String, String> secret = Map.of("BACKSTITCH_DATABASE_PASSWORD", database.password());
      String[] where = {
        "--database-url", database.jdbcUrl(), "--database-user", database.user(),
      };
      Outcome healthy = run(secret, with(where, "check"));
      try (var connection = database.dataSource().getConnection();
          var statement = connection.createStatement()) {
        statement.execute("update backstitch.run set status = 'FAILED'");
      }

      Outcome broken = run(secret, with(where, "check"));
      Outcome asJson = run(secret, with(where, "check", "--json"));

      assertThat(healthy.exit()).as(healthy.results()).isZero();
      assertThat(healthy.results()).contains("ok   BST-INV-101").doesNotContain("BAD");
      assertThat(broken.exit()).isEqualTo(1);
      assertThat(broken.results())
          .contains("BAD  BST-INV-104")
          .contains(" is FAILED, its closing event is RunCompleted");
      assertThat(asJson.exit()).isEqualTo(1);
      JsonNode document = new ObjectMapper().readTree(asJson.results());
      assertThat(document.path("holds").asBoolean(true)).isFalse();
      assertThat(document.path("runs").asInt()).isEqualTo(1);
      assertThat(document.path("invariants"))
          .filteredOn(invariant -> !invariant.path("holds").asBoolean())
          .singleElement()
          .satisfies(one -> {
            assertThat(one.path("code").asText()).isEqualTo("BST-INV-104");
            assertThat(one.path("violations").asInt()).isEqualTo(1);
            assertThat(one.path("offenders")).hasSize(1);
          });
    }
  }

  @Test
  void a_home_is_checked_while_its_server_runs_and_when_it_does_not() {
    String at = home.toString();
    Outcome running;
    try (Server server =
        Server.start(
            ServerConfig.in(home).withAddress("127.0.0.1", 0),
            List.of(new SampleModule()),
            new Settings(Map.of()))) {
      running = run(Map.of(), "check", "--home", at);
      assertThat(server.orchestrator().unreadyReason()).isEmpty();
    }

    Outcome stopped = run(Map.of(), "check", "--home", at);

    assertThat(running.exit()).as(running.talk()).isZero();
    assertThat(stopped.exit()).as(stopped.talk()).isZero();
    assertThat(stopped.results()).contains("0 runs");
  }

  @Test
  void a_check_without_a_database_or_without_a_schema_says_so() throws Exception {
    Outcome none = run(Map.of(), "check", "--home", home.toString());
    Outcome silent =
        run(Map.of(), "check", "--database-url", "jdbc:postgresql://127.0.0.1:1/nowhere");
    try (var database = TestDatabase.create()) {
      try (var connection = database.dataSource().getConnection();
          var statement = connection.createStatement()) {
        statement.execute("drop schema backstitch cascade");
      }
      Outcome empty =
          run(
              Map.of("BACKSTITCH_DATABASE_PASSWORD", database.password()),
              "check",
              "--database-url",
              database.jdbcUrl(),
              "--database-user",
              database.user());

      assertThat(empty.exit()).isEqualTo(1);
      assertThat(empty.talk()).contains("BST-INV-001").doesNotContain("\tat ");
    }
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.talk()).contains("no database yet");
    assertThat(silent.exit()).isEqualTo(1);
    assertThat(silent.talk()).contains("can't be reached").doesNotContain("\tat ");
  }

  @Test
  void settings_of_modules_come_from_the_environment_by_one_rule() {
    var environment =
        new Environment(
            Map.of(
                "GITHUB_TOKEN", "secret\n",
                "BACKSTITCH_GITHUB_API_URLS", "https://api.github.com",
                "PATH", "/bin"));

    assertThat(environment.settings(Map.of()).get("github.token")).contains("secret");
    assertThat(environment.settings(Map.of()).get("github.api-urls"))
        .contains("https://api.github.com");
    assertThat(environment.settings(Map.of("github.api-urls", "x")).get("github.api-urls"))
        .contains("x");
    assertThat(environment.settings(Map.of()).toString()).doesNotContain("secret");
  }

  @Test
  void a_job_of_github_actions_says_whose_quota_its_token_uses() {
    Map<String, String> job =
        Map.of("GITHUB_ACTIONS", "true", "GITHUB_REPOSITORY", "git-mastery/progress");

    assertThat(new Environment(job).settings(Map.of()).get("github.actions-repository"))
        .contains("git-mastery/progress");
    assertThat(
            new Environment(Map.of("GITHUB_REPOSITORY", "git-mastery/progress"))
                .settings(Map.of())
                .get("github.actions-repository"))
        .isEmpty();
  }

  private static String[] with(String[] options, String... command) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private static JsonNode json(Outcome outcome) throws Exception {
    assertThat(outcome.exit()).as(outcome.talk()).isZero();
    return new ObjectMapper().readTree(outcome.results());
  }

  private static Outcome run(Map<String, String> environment, String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var results = new ByteArrayOutputStream();
    var talk = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(talk, true, StandardCharsets.UTF_8));
      int exit = Backstitch.run(new Environment(environment), new Output(), List.of(), arguments);
      return new Outcome(
          exit, results.toString(StandardCharsets.UTF_8), talk.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}

package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.InboxConfig;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signals find their run, whoever has it, each once and in order.
final class SignalTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  /// Receives so many numbers and returns them.
  static final class Collect implements Workflow<Integer, List<Integer>> {
    @Override
    public List<Integer> run(RunContext run, Integer wanted) {
      SignalChannel<Integer> numbers = run.signals("number", Integer.class);
      List<Integer> got = new ArrayList<>();
      for (int i = 0; i < wanted; i++) {
        got.add(numbers.receive());
      }
      return got;
    }
  }

  /// Receives so many texts and returns how long they are together.
  static final class Weigh implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer wanted) {
      SignalChannel<String> texts = run.signals("number", String.class);
      int length = 0;
      for (int i = 0; i < wanted; i++) {
        length += texts.receive().length();
      }
      return length;
    }
  }

  private static void collect(Registry registry) {
    registry.workflow("collect", Collect::new);
    registry.workflow("weigh", Weigh::new);
  }

  private Engine engine(UnaryOperator<InboxConfig> inbox) {
    OrchestratorConfig config = Engine.config();
    return Engine.on(database, config.withInbox(inbox.apply(config.inbox())), SignalTest::collect);
  }

  private static InboxConfig deaf(InboxConfig inbox) {
    return new InboxConfig(Duration.ofMinutes(1), false, inbox.mostWaiting());
  }

  private static SignalRequest signal(String id, String json) {
    return new SignalRequest("number", id, "test", Payload.ofJson(json));
  }

  private static SendResult send(Engine engine, RunId run, String id, int number) {
    return engine.orchestrator.signal(run, signal(id, Integer.toString(number)));
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).boxed().toList().toString().replace(" ", "");
  }

  private List<String> inbox() throws SQLException {
    try (Sql sql = Sql.on(database)) {
      return sql.rows("select dedup_key from backstitch.inbox order by message_id");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_thousand_signals_through_two_workers_arrive_in_order_each_once(boolean hints)
      throws SQLException {
    try (Engine owner = engine(inbox -> inbox.withHints(hints));
        Engine other = engine(inbox -> inbox.withHints(hints))) {
      RunId run = owner.start("collect", "1000");

      for (int i = 0; i < 1000; i++) {
        assertThat(send(i % 2 == 0 ? owner : other, run, "id " + i, i))
            .isEqualTo(new SendResult.Accepted());
      }

      assertThat(other.resultOf(run)).isEqualTo(numbers(1000));
      assertThat(owner.types(run)).hasSize(1002);
      assertThat(inbox()).isEmpty();
    }
  }

  @Test
  void a_hint_is_faster_than_the_interval() {
    UnaryOperator<InboxConfig> slow =
        inbox -> new InboxConfig(Duration.ofMinutes(1), true, inbox.mostWaiting());
    try (Engine owner = engine(slow);
        Engine other = engine(slow)) {
      RunId run = owner.start("collect", "1");

      send(other, run, "a", 0);

      assertThat(owner.resultOf(run)).isEqualTo("[0]");
    }
  }

  @Test
  void a_signal_sent_again_is_one_whether_the_first_waits_or_was_taken_or_the_run_is_over()
      throws SQLException {
    try (Engine engine = engine(inbox -> inbox.withHints(false))) {
      RunId run = engine.start("collect", "2");

      for (int i = 0; i < 5; i++) {
        assertThat(send(engine, run, "same", 0)).isEqualTo(new SendResult.Accepted());
      }
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> engine.types(run).contains("SignalReceived") && inbox().isEmpty());
      assertThat(send(engine, run, "same", 7)).isEqualTo(new SendResult.Accepted());
      await().atMost(Engine.PATIENCE).until(() -> inbox().isEmpty());
      send(engine, run, "another", 1);

      assertThat(engine.resultOf(run)).isEqualTo("[0,1]");
      assertThat(engine.types(run))
          .containsExactly("RunStarted", "SignalReceived", "SignalReceived", "RunCompleted");
      assertThat(send(engine, run, "another", 1)).isEqualTo(new SendResult.Accepted());
      assertThat(send(engine, run, "a third", 2))
          .isEqualTo(new SendResult.Closed(RunStatus.COMPLETED));
    }
  }

  /// PostgreSQL's own JSON functions refuse a zero character.
  @Test
  void a_signal_sent_again_to_a_closed_run_is_known_whatever_others_have_sent() {
    try (Engine engine = engine(inbox -> inbox)) {
      RunId run = engine.start("weigh", "2");
      SignalRequest odd = signal("odd", "\"\\u0000\"");
      SignalRequest large = signal("large", "\"" + "x".repeat(50_000) + "\"");
      engine.orchestrator.signal(run, odd);
      engine.orchestrator.signal(run, large);
      assertThat(engine.resultOf(run)).isEqualTo("50001");

      assertThat(engine.orchestrator.signal(run, odd)).isEqualTo(new SendResult.Accepted());
      assertThat(engine.orchestrator.signal(run, large)).isEqualTo(new SendResult.Accepted());
      assertThat(engine.orchestrator.signal(run, signal("new", "1")))
          .isEqualTo(new SendResult.Closed(RunStatus.COMPLETED));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_signal_wakes_runs_that_nobody_has_in_memory(boolean hints) {
    OrchestratorConfig config = Engine.config().withRunsInMemory(1);
    try (Engine engine =
            Engine.on(
                database, config.withInbox(config.inbox().withHints(hints)), SignalTest::collect);
        Sql sql = Sql.on(database)) {
      List<RunId> runs = IntStream.range(0, 5).mapToObj(_ -> engine.start("collect", "1")).toList();
      await()
          .atMost(Engine.PATIENCE)
          .until(
              () -> sql.rows("select from backstitch.run where wake_at = 'infinity'").size() >= 4);

      runs.forEach(run -> send(engine, run, "a", 0));

      runs.forEach(run -> assertThat(engine.resultOf(run)).isEqualTo("[0]"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_signal_may_come_before_the_first_line_has_run() throws SQLException {
    try (Sql sql = Sql.on(database)) {
      sql.begin();
      sql.execute(
          """
          insert into backstitch.run (run_id, workflow, build, created_at, wake_at)
          values (backstitch.first_run_id_at(now()) + 1, 'collect', 'dev', now(), now())
          """);
      sql.execute(
          """
          insert into backstitch.history
            (run_id, seq, event_type, occurred_at, worker_id, payload)
          select run_id, 1, 'RunStarted', now(), 0,
                 '{"workflow":"collect","key":null,"build":"dev","input":1}'
          from backstitch.run
          """);
      sql.rows(
          """
          select backstitch.send_message(
                   run_id, 'signal:a', 'SignalReceived',
                   '{"name":"number","id":"a","actor":"test","payload":5}', 10, false)
          from backstitch.run
          """);
      sql.commit();
      RunId run =
          new RunId(Long.parseLong(sql.rows("select run_id from backstitch.run").getFirst()));

      try (Engine engine = engine(inbox -> inbox.withHints(false))) {
        assertThat(engine.resultOf(run)).isEqualTo("[5]");
        assertThat(engine.types(run))
            .containsExactly("RunStarted", "SignalReceived", "RunCompleted");
      }
    }
  }

  @Test
  void what_a_lost_owner_has_not_taken_its_successor_takes_once() throws SQLException {
    OrchestratorConfig config =
        Engine.config().withLease(Duration.ofMinutes(10)).withDetectInterval(Duration.ofMinutes(1));
    try (Sql sql = Sql.on(database);
        Engine lost =
            Engine.on(database, config.withInbox(deaf(config.inbox())), SignalTest::collect)) {
      RunId run = lost.start("collect", "3");
      for (int i = 0; i < 3; i++) {
        send(lost, run, "id " + i, i);
      }
      assertThat(inbox()).hasSize(3);

      try (Engine successor = engine(inbox -> inbox.withHints(false))) {
        sql.cut("session");

        assertThat(successor.resultOf(run)).isEqualTo("[0,1,2]");
        assertThat(successor.types(run)).filteredOn("SignalReceived"::equals).hasSize(3);
        assertThat(inbox()).isEmpty();
      }
    }
  }

  @Test
  void cut_connections_lose_and_double_nothing() throws SQLException {
    try (Sql sql = Sql.on(database);
        Engine engine = engine(inbox -> inbox)) {
      RunId run = engine.start("collect", "300");

      for (int i = 0; i < 300; i++) {
        assertThat(send(engine, run, "id " + i, i)).isEqualTo(new SendResult.Accepted());
        if (i % 10 == 0) {
          // A double makes a checkpoint that only takes, and has no event to be recognised by.
          send(engine, run, "id " + i / 2, -1);
          sql.cut("lane-0");
          sql.cut("lane-1");
        }
        if (i % 50 == 0) {
          sql.cut("inbox");
        }
      }

      assertThat(engine.resultOf(run)).isEqualTo(numbers(300));
      assertThat(engine.types(run)).hasSize(302);
    }
  }

  @Test
  void a_run_that_takes_nothing_is_sent_so_many_and_no_more() {
    try (Engine engine = engine(inbox -> deaf(inbox).withMostWaiting(3))) {
      RunId run = engine.start("collect", "1");
      for (int i = 0; i < 3; i++) {
        assertThat(send(engine, run, "id " + i, i)).isEqualTo(new SendResult.Accepted());
      }

      assertThat(send(engine, run, "id 3", 3)).isEqualTo(new SendResult.Full(3));
      assertThat(send(engine, run, "id 0", 0)).isEqualTo(new SendResult.Accepted());
    }
  }

  @Test
  void a_closed_run_and_no_run_take_no_signal_and_a_sender_is_told_what_is_wrong() {
    try (Engine engine = engine(inbox -> inbox)) {
      RunId run = engine.start("collect", "0");
      engine.await(run);

      assertThat(send(engine, run, "a", 0)).isEqualTo(new SendResult.Closed(RunStatus.COMPLETED));
      assertThat(send(engine, new RunId(1), "a", 0)).isEqualTo(new SendResult.UnknownRun());
      assertThat(fieldOf(engine, " ", "a", "1")).isEqualTo("name");
      assertThat(fieldOf(engine, "n", "a\nb", "1")).isEqualTo("id");
      assertThat(fieldOf(engine, "n", "x".repeat(151), "1")).isEqualTo("id");
      assertThat(fieldOf(engine, "n", "\ud800", "1")).isEqualTo("id");
      assertThat(fieldOf(engine, "n", "a", "{\"a\":")).isEqualTo("payload");
      assertThat(fieldOf(engine, "n", "a", "1 2")).isEqualTo("payload");
    }
  }

  private static String fieldOf(Engine engine, String name, String id, String payload) {
    SignalRequest request = new SignalRequest(name, id, "test", Payload.ofJson(payload));
    List<String> field = new ArrayList<>();
    assertThatThrownBy(() -> engine.orchestrator.signal(new RunId(1), request))
        .isInstanceOfSatisfying(InvalidRequestException.class, e -> field.add(e.field()));
    return field.getFirst();
  }
}

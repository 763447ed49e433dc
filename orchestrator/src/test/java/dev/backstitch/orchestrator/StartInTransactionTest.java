package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Runs that are started beside other changes, in one transaction.
final class StartInTransactionTest {
  private final TestDatabase database = TestDatabase.create();
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void dropDatabase() {
    gate.countDown();
    database.close();
  }

  static final class Say implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String text) {
      return run.call(new Echo(text));
    }
  }

  private void content(Registry registry) {
    registry.workflow("say", Say::new);
    registry.activity(
        Echo.class,
        (call, _) -> {
          if (call.text().equals("wait")) {
            gate.await();
          }
          return call.text();
        },
        options -> options);
  }

  @Test
  void a_run_is_there_when_the_transaction_has_committed() {
    try (Engine engine = Engine.on(database, this::content)) {
      RunId id = engine.orchestrator.inTransaction(t -> t.start(say(null, "hello"))).runId();

      assertThat(engine.resultOf(id)).isEqualTo("\"hello\"");
      assertThat(engine.types(id).getFirst()).isEqualTo("RunStarted");
    }
  }

  @Test
  void a_run_was_never_there_when_the_transaction_has_not() {
    try (Engine engine = Engine.on(database, this::content)) {
      AtomicReference<StartResult> started = new AtomicReference<>();

      assertThatThrownBy(() ->
              engine.orchestrator.inTransaction(t -> {
                started.set(t.start(say("k", "hello")));
                throw new IllegalStateException("changed my mind");
              }))
          .hasMessage("changed my mind");

      assertThat(engine.orchestrator.describe(started.get().runId())).isEmpty();
      assertThat(engine.start("say", "k", "\"again\"")).isInstanceOf(StartResult.Started.class);
    }
  }

  @Test
  void an_open_run_with_the_same_key_is_found_instead() {
    try (Engine engine = Engine.on(database, this::content)) {
      RunId open = engine.start("say", "k", "\"wait\"").runId();

      StartResult result = engine.orchestrator.inTransaction(t -> t.start(say("k", "hello")));

      assertThat(result).isEqualTo(new StartResult.AlreadyOpen(open));
      gate.countDown();
      assertThat(engine.resultOf(open)).isEqualTo("\"wait\"");
    }
  }

  @Test
  void a_worker_whose_fence_is_gone_starts_nothing() throws Exception {
    try (Engine engine = Engine.on(database, this::content);
        Sql sql = Sql.on(database)) {
      assertThatThrownBy(() ->
              engine.orchestrator.inTransaction(t -> {
                t.handle().execute("delete from backstitch.fence");
                return t.start(say(null, "hello"));
              }))
          .isInstanceOf(StartTimeoutException.class);

      assertThat(sql.rows("select run_id from backstitch.run")).isEqualTo(List.of());
    }
  }

  @Test
  void the_sender_holds_up_a_takeover_but_none_of_its_own_flushes() throws Exception {
    try (Engine engine = Engine.on(database, this::content);
        Sql sql = Sql.on(database)) {
      String flushed =
          engine.orchestrator.inTransaction(t -> {
            t.start(say(null, "one"));
            assertThatThrownBy(() ->
                    sql.execute(
                        "set lock_timeout = '100ms'; delete from backstitch.fence where lane = 0"))
                .hasMessageContaining("lock timeout");
            return engine.resultOf(engine.start("say", "\"two\""));
          });

      assertThat(flushed).isEqualTo("\"two\"");
    }
  }

  private static StartRequest say(@Nullable String key, String text) {
    return new StartRequest("say", key, Payload.ofJson("\"" + text + "\""));
  }
}

package dev.backstitch.orchestrator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Breaks each invariant, checks, and takes the break back: all in one transaction.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InvariantCheckerTest {
  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private SampleRuns.Made made = new SampleRuns.Made(new RunId(0), new RunId(0));

  @BeforeAll
  void makeRuns() {
    made = SampleRuns.make(database);
  }

  @AfterAll
  void dropDatabase() {
    database.close();
  }

  @ParameterizedTest
  @MethodSource("dev.backstitch.orchestrator.check.Break#all")
  void a_broken_invariant_is_reported_and_no_other(Break broken) {
    jdbi.useTransaction(handle -> {
      for (String statement : broken.statements()) {
        handle.execute(named(statement));
      }

      CheckReport report = InvariantChecker.check(handle);

      handle.rollback();
      assertThat(report.violated()).extracting(Finding::code).containsExactly(broken.code());
      assertThat(report.violated().getFirst().offenders())
          .anySatisfy(line -> assertThat(line).contains(shown(broken.offender())));
    });
  }

  private String named(String statement) {
    return statement
        .replace("ASLEEP", Long.toString(made.asleep().value()))
        .replace("CLOSED", Long.toString(made.closed().value()));
  }

  private String shown(String offender) {
    return offender
        .replace("ASLEEP", made.asleep().toString())
        .replace("CLOSED", made.closed().toString());
  }

  @Test
  void every_invariant_has_a_break_and_a_code_of_its_own() {
    List<String> codes = InvariantChecker.invariants().map(Invariant::code).toList();

    assertThat(codes).doesNotHaveDuplicates().isSorted();
    assertThat(Break.all().map(Break::code).distinct()).containsExactlyInAnyOrderElementsOf(codes);
  }

  @Test
  void what_the_engine_has_made_holds() {
    CheckReport report = InvariantChecker.on(database.dataSource()).check();

    assertThat(report.violated()).isEmpty();
    assertThat(report.holds()).isTrue();
    assertThat(report.runs()).isEqualTo(4);
    assertThat(report.events()).isGreaterThan(10);
    assertThat(report.findings()).hasSameSizeAs(InvariantChecker.invariants().toList());
  }

  @Test
  void everything_is_counted_and_only_some_is_shown() {
    jdbi.useTransaction(handle -> {
      for (int i = 0; i < 30; i++) {
        handle.execute(
            "insert into backstitch.inbox (run_id, dedup_key, event_type, payload)"
                + " values (5, ?, 'TimerFired', '')",
            "key " + i);
      }

      Finding finding = InvariantChecker.check(handle).violated().getFirst();

      handle.rollback();
      assertThat(finding.violations()).isEqualTo(30);
      assertThat(finding.offenders()).hasSize(20);
    });
  }

  @Test
  void it_holds_at_every_moment_while_workers_write() throws Exception {
    try (TestDatabase busy = TestDatabase.create();
        Orchestrator first = SampleRuns.open(busy);
        Orchestrator second = SampleRuns.open(busy)) {
      AtomicBoolean enough = new AtomicBoolean();
      List<Thread> starters = new ArrayList<>();
      for (Orchestrator orchestrator : List.of(first, second)) {
        starters.add(
            Thread.startVirtualThread(() -> {
              while (!enough.get()) {
                orchestrator.start(
                    new StartRequest("everything", null, Payload.ofJson("\"hello \"")));
              }
            }));
      }
      InvariantChecker checker = InvariantChecker.on(busy.dataSource());
      long events = 0;
      for (int i = 0; i < 5; i++) {
        CheckReport report = checker.check();
        assertThat(report.violated()).isEmpty();
        assertThat(report.events()).isGreaterThanOrEqualTo(events);
        events = report.events();
      }
      enough.set(true);
      for (Thread starter : starters) {
        starter.join();
      }

      assertThat(events).isPositive();
    }
  }

  @Test
  void a_database_without_the_schema_is_told() {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      handle.execute("drop schema backstitch cascade");

      assertThatThrownBy(() -> InvariantChecker.check(handle))
          .isInstanceOf(NoSchemaException.class)
          .hasMessageContaining("BST-INV-001");

      handle.rollback();
    }
  }
}

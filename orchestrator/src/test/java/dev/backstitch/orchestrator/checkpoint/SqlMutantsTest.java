package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Field;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Every line of the schema that the guarantees hang on has a test that turns red without it.
///
/// The named test is run twice, by JUnit itself: on the migrations as they are, and on a copy with
/// that line changed.
final class SqlMutantsTest {
  private static final String CHECKPOINT = "function " + calledFunction() + "(";
  private static final String TAKE = "function take_posts(";
  private static final String FINISH = "function finish_delivery(";
  private static final String RECORD_POSTS = "function record_posts(";
  private static final String REFUSE_COUNT = "function refuse_count(";
  private static final String MAKE_PARTITIONS = "function make_partitions(";
  private static final String LOSER_WRITES_NOTHING =
      "the_loser_of_a_key_writes_nothing_and_learns_who_holds_it";
  private static final String NOT_OURS = "a_row_that_is_not_ours_to_change_undoes_the_flush";
  private static final String NEWER_STAYS =
      "of_two_posts_to_one_place_the_newer_version_stays_whichever_comes_first";

  /// One wrong line, and the test that must find it.
  record Case(
      String name,
      String definition,
      String text,
      int which,
      String replacement,
      Class<?> test,
      String method) {

    SqlMutant mutant() {
      return SqlMutant.healthy().with(definition, text, which, replacement);
    }

    @Override
    public String toString() {
      return name + " turns " + method + " red";
    }
  }

  private static Case function(String name, String text, String replacement, String method) {
    return function(name, text, 1, replacement, method);
  }

  private static Case function(
      String name, String text, int which, String replacement, String method) {
    return new Case(
        name, CHECKPOINT, text, which, replacement, CheckpointFunctionTest.class, method);
  }

  private static Case border(String name, String text, String replacement, String method) {
    return new Case(name, CHECKPOINT, text, 1, replacement, BorderTablesTest.class, method);
  }

  private static Case post(String name, String text, String replacement, String method) {
    return new Case(name, RECORD_POSTS, text, 1, replacement, BorderTablesTest.class, method);
  }

  private static Case schema(
      String name, String definition, String text, String replacement, String method) {
    return new Case(name, definition, text, 1, replacement, AppendOnlyTest.class, method);
  }

  static Stream<Case> fenceAndRows() {
    return Stream.of(
        function(
            "no fence",
            "if not found then",
            "if false then",
            "without_its_fence_row_nothing_is_written"),
        function(
            "a fence of any lane",
            "and lane = p_lane",
            "",
            "without_its_fence_row_nothing_is_written"),
        function(
            "a fence that is read and not locked",
            "for no key update",
            "",
            "a_fence_row_that_is_being_deleted_decides_when_that_is_decided"),
        function(
            "events of a start that lost its key",
            "where e.run_id <> all (v_lost)",
            "",
            LOSER_WRITES_NOTHING),
        function(
            "payloads of a start that lost its key",
            "where p.run_id <> all (v_lost)",
            "",
            LOSER_WRITES_NOTHING),
        function(
            "losers that are not told apart",
            "if v_count < cardinality(p_start_run_id) then",
            "if false then",
            LOSER_WRITES_NOTHING),
        function(
            "closes that nobody counts",
            "perform refuse_count('closed runs', v_count, p_close_run_id, v_lost);",
            "",
            NOT_OURS),
        function(
            "parks that nobody counts",
            "perform refuse_count('parked runs', v_count, p_park_run_id, v_lost);",
            "",
            NOT_OURS),
        function(
            "stuck runs that nobody counts",
            "perform refuse_count('stuck runs', v_count, p_stuck_run_id, v_lost);",
            "",
            NOT_OURS),
        function(
            "closing another's run", "and (r.worker_id = p_worker_id) is true", 1, "", NOT_OURS),
        function(
            "parking another's run", "and (r.worker_id = p_worker_id) is true", 2, "", NOT_OURS),
        function(
            "sticking another's run", "and (r.worker_id = p_worker_id) is true", 3, "", NOT_OURS),
        function(
            "parking over a message",
            "when exists (select from inbox i where i.run_id = r.run_id) then clock_timestamp()",
            "",
            "a_parked_run_is_nobodys_until_its_time_or_a_message_comes"),
        new Case(
            "a count that may be too small",
            REFUSE_COUNT,
            "p_touched <> v_expected",
            1,
            "p_touched > v_expected",
            CheckpointFunctionTest.class,
            NOT_OURS),
        new Case(
            "a history without its key",
            "table history (",
            "primary key (run_id, seq),",
            1,
            "",
            CheckpointFunctionTest.class,
            "a_seq_is_written_once_whoever_writes_it"),
        new Case(
            "a plan that is not pinned",
            CHECKPOINT,
            "set enable_seqscan = off\nset enable_hashjoin = off\nset enable_mergejoin = off\n",
            1,
            "",
            CheckpointPlanTest.class,
            "a_lane_that_began_on_an_empty_table_never_scans_a_large_one"));
  }

  static Stream<Case> borders() {
    String versionGuard = "where (o.run_id, o.seq) < (excluded.run_id, excluded.seq)";
    return Stream.of(
        post("an outbox without its version guard", versionGuard, "", NEWER_STAYS),
        post(
            "a version guard that looks at the seq alone",
            versionGuard,
            "where o.seq < excluded.seq",
            NEWER_STAYS),
        post(
            "the older of two posts in one flush",
            "p.run_id desc, p.seq desc",
            "p.run_id, p.seq",
            NEWER_STAYS),
        post(
            "a new version that inherits failed deliveries",
            "attempts = 0",
            "attempts = o.attempts",
            "what_was_delivered_stays_known_when_a_newer_version_comes"),
        post(
            "posts of a start that lost its key",
            "where p.run_id <> all (p_lost)",
            "",
            "a_run_that_lost_its_key_posts_nothing"),
        border(
            "messages taken that nobody counts",
            "perform refuse_count('inbox messages', v_count, p_taken_run_id, v_lost);",
            "",
            "a_message_is_taken_away_by_the_flush_that_records_it_and_only_once"),
        border(
            "a message taken from every run's inbox",
            "and inbox.message_id = t.message_id",
            "",
            "a_message_is_taken_away_by_the_flush_that_records_it_and_only_once"),
        border(
            "a repeated message that is an error",
            "on conflict (run_id, dedup_key) do nothing",
            "",
            "a_message_that_is_sent_twice_is_there_once"),
        border(
            "a message that wakes nobody",
            "and r.wake_at > clock_timestamp()",
            "and false",
            "a_message_wakes_a_run_that_nobody_has_in_memory"));
  }

  private static Case delivery(
      String name, String definition, String text, String replacement, String method) {
    return new Case(name, definition, text, 1, replacement, PostgresLaneStoreTest.class, method);
  }

  static Stream<Case> posts() {
    String graceIsKept =
        "a_lost_answer_is_asked_for_when_its_grace_is_over_whatever_is_posted_meanwhile";
    String endings = "whatever_ends_a_run_posts_what_was_declared_for_that_end_and_only_that";
    return Stream.of(
        new Case(
            "declarations of a start that lost its key",
            CHECKPOINT,
            "where f.run_id <> all (v_lost)",
            1,
            "",
            BorderTablesTest.class,
            "a_run_that_lost_its_key_posts_nothing"),
        delivery(
            "the earlier of two declarations",
            CHECKPOINT,
            "f.place desc",
            "f.place",
            "a_declaration_in_the_flush_that_ends_the_run_counts_and_the_later_one_wins"),
        delivery(
            "a run that closes without its final post",
            CHECKPOINT,
            "or exists (select from final_post where run_id = any (p_close_run_id))",
            "",
            endings),
        delivery(
            "the final posts of every end",
            RECORD_POSTS,
            "where d.status = (select r.status from run r where r.run_id = d.run_id)",
            "",
            endings),
        delivery(
            "a termination without its final post",
            "function terminate_run(",
            "if exists (select from final_post where run_id = p_run_id) then",
            "if false then",
            "a_terminated_run_posts_its_end_without_its_code"),
        delivery(
            "a grace that the next version cuts short",
            RECORD_POSTS,
            "case when o.sent_run_id is null then clock_timestamp() else o.due_at end",
            "clock_timestamp()",
            graceIsKept));
  }

  static Stream<Case> deliveries() {
    String inDoubt = "a_version_in_doubt_is_asked_about_before_anything_else_is_sent";
    String without = "a_worker_without_fence_and_one_without_the_kind_of_target_get_nothing";
    String dead = "a_failed_post_is_tried_again_later_and_dead_in_the_end_until_it_is_driven_again";
    return Stream.of(
        delivery(
            "posts for the dead",
            TAKE,
            "if not found then\n    return;",
            "if false then\n    return;",
            without),
        delivery(
            "posts for whoever comes",
            TAKE,
            "and split_part(p.target, ':', 1) = any (p_kinds)",
            "",
            without),
        delivery(
            "a target that two couriers have",
            TAKE,
            "and (t.leased_until is null or t.leased_until <= clock_timestamp())",
            "",
            "who_waits_for_a_target_that_another_takes_for_the_first_time_does_not_get_it"),
        delivery(
            "doubts that nobody asks about",
            TAKE,
            "v_asks := exists (",
            "v_asks := false and exists (",
            inDoubt),
        delivery(
            "a shown content that is sent again",
            TAKE,
            "and o.content_hash = o.delivered_hash",
            "and false",
            "what_the_target_shows_already_is_not_sent"),
        delivery(
            "a breaker that lets everything through",
            TAKE,
            "case when v_target.failures >= p_breaker then 1 else p_limit end",
            "p_limit",
            "a_target_that_fails_again_and_again_gets_one_post_to_find_out"),
        delivery(
            "a report on what others have by now",
            FINISH,
            "and t.delivery_id = d.delivery_id",
            "",
            inDoubt),
        delivery(
            "a newer version that is marked as delivered",
            FINISH,
            "when (o.run_id, o.seq) <> (o.sent_run_id, o.sent_seq) then 'PENDING'",
            "",
            "a_newer_version_waits_for_the_one_that_is_on_its_way"),
        delivery(
            "a post that is tried for ever",
            FINISH,
            "and o.attempts + 1 >= p_most_attempts",
            "and false",
            dead),
        delivery(
            "a doubt that is tried for ever",
            FINISH,
            "and o.attempts >= p_most_attempts",
            "and false",
            "an_unknown_outcome_never_buries_what_may_have_arrived"),
        delivery(
            "a hash of what may not be shown any more",
            FINISH,
            "when 'UNSURE' then null",
            "",
            "what_is_absent_is_sent_again_and_what_is_unsure_even_if_it_looks_unchanged"),
        delivery(
            "a pause that is not kept",
            FINISH,
            "case when p_pause > 0 then clock_timestamp() + p_pause * v_micro end",
            "null",
            "a_paused_target_is_left_alone_and_no_other"),
        delivery(
            "another life with the old failures",
            "function redrive_posts(",
            "attempts = 0",
            "attempts = attempts",
            dead));
  }

  static Stream<Case> appendOnly() {
    String privilege = "not_even_the_owner_has_the_privilege_to_change_or_remove_facts";
    String trigger = "with_the_privilege_the_trigger_refuses";
    return Stream.of(
        schema(
            "a history without its trigger",
            "trigger history_is_append_only",
            "before update or delete on history",
            "before update of event_type on history",
            trigger),
        schema(
            "payloads that can be deleted",
            "trigger payload_is_append_only",
            "before update or delete on payload",
            "before update on payload",
            trigger),
        schema(
            "partitions that can be truncated",
            MAKE_PARTITIONS,
            "before truncate on",
            "before delete on",
            trigger),
        schema(
            "partitions with the privilege to change",
            MAKE_PARTITIONS,
            "revoke update, delete, truncate on",
            "revoke truncate on",
            privilege));
  }

  @ParameterizedTest
  @MethodSource({
    "fenceAndRows",
    "borders",
    "posts",
    "deliveries",
    "appendOnly",
    "dev.backstitch.orchestrator.checkpoint.ClaimMutants#claims"
  })
  void a_wrong_line_of_sql(Case wrong) {
    SqlMutant mutant = wrong.mutant();

    List<Throwable> found = run(mutant, wrong.test(), wrong.method());

    assertThat(found)
        .as("%s did not notice: %s", wrong.method(), wrong.name())
        .hasSize(1)
        // Which would only say that the mutant is no SQL.
        .noneMatch(IllegalStateException.class::isInstance);
  }

  @Test
  void every_named_test_is_green_on_the_migrations_as_they_are() {
    Stream.of(fenceAndRows(), borders(), posts(), deliveries(), appendOnly(), ClaimMutants.claims())
        .flatMap(cases -> cases)
        .map(each -> List.of(each.test(), each.method()))
        .distinct()
        .forEach(named ->
            assertThat(
                    run(SqlMutant.healthy(), (Class<?>) named.getFirst(), (String) named.getLast()))
                .as(named.toString())
                .isEmpty());
  }

  @Test
  void a_mutant_of_what_is_not_there_is_refused() {
    assertThatThrownBy(() -> SqlMutant.healthy().with(CHECKPOINT, "no such line", 1, ""))
        .hasMessageContaining("no such line");
    assertThatThrownBy(() -> SqlMutant.healthy().with(CHECKPOINT, "-- 1. The fence.", 2, ""))
        .hasMessageContaining("there is no 2.");
    assertThatThrownBy(() -> SqlMutant.healthy().with("function no_such(", "begin", 1, ""))
        .hasMessageContaining("no migration");
  }

  /// What the test failed with, if it did.
  private static List<Throwable> run(SqlMutant mutant, Class<?> test, String method) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectMethod(test, method)).build();
    LauncherConfig alone =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    ScopedValue.where(Db.MUTANT, mutant)
        .run(() -> LauncherFactory.create(alone).execute(request, summary));
    TestExecutionSummary result = summary.getSummary();
    assertThat(result.getTestsStartedCount()).as(method).isEqualTo(1);
    return result.getFailures().stream().map(TestExecutionSummary.Failure::getException).toList();
  }

  /// Which version of the checkpoint the engine calls.
  private static String calledFunction() {
    try {
      Field statement = CheckpointStore.class.getDeclaredField("CHECKPOINT");
      statement.setAccessible(true);
      Matcher name =
          Pattern.compile("backstitch\\.(checkpoint_v\\d+)\\(")
              .matcher((String) statement.get(null));
      assertThat(name.find()).isTrue();
      return name.group(1);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}

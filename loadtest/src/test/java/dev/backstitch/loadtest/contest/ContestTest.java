package dev.backstitch.loadtest.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Rows;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
final class ContestTest {
  private static final TemporaryHome HOME = TemporaryHome.create();
  private static final Arena ARENA = Arena.open(HOME.path());
  private static final Row.Subject STEPS_OF_CEILING =
      new Row.Subject(new Point(Workload.STEPS_10, 64), Contender.CEILING, "steps/s");

  @AfterAll
  static void endTheServer() {
    ARENA.close();
    HOME.close();
  }

  @Test
  void every_engine_does_every_workload_in_turns() {
    List<Contender> all = List.of(Contender.BACKSTITCH, Contender.CEILING);
    List<String> progress = new ArrayList<>();

    List<Row> rows = contest(all, progress);

    assertThat(rows)
        .extracting(row -> row.workload() + " " + row.engine())
        .containsExactly(
            "steps-10 backstitch", "steps-10 ceiling", "latency-3 backstitch", "latency-3 ceiling");
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.min()).isPositive().isLessThanOrEqualTo(row.median());
          assertThat(row.max()).isGreaterThanOrEqualTo(row.median());
          assertThat(row.ratio()).isPositive();
          assertThat(row.walBytesPerStep()).isGreaterThan(400);
          assertThat(row.p99Millis()).isGreaterThanOrEqualTo(row.p50Millis()).isPositive();
        });
    assertThat(rows)
        .filteredOn(row -> row.engine().equals("backstitch"))
        .extracting(Row::ratio)
        .containsOnly(1.0);
    assertThat(progress)
        .containsSubsequence(
            "steps-10 with 4 in flight: backstitch, round 1 of 2",
            "steps-10 with 4 in flight: ceiling, round 1 of 2",
            "steps-10 with 4 in flight: backstitch, round 2 of 2");
    assertThat(ProcessHandle.current().descendants())
        .as("processes end with their contest")
        .noneMatch(process ->
            process.info().commandLine().orElse("").contains(EngineProcess.class.getName()));
  }

  @Test
  void an_engine_that_is_not_there_is_named() {
    Contest.Plan plan = plan(List.of(Contender.CEILING));
    try (Contest contest = new Contest(ARENA, plan, _ -> "/nowhere")) {

      assertThatThrownBy(() -> contest.run(_ -> {}))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("ceiling")
          .hasMessageContaining("EngineProcess");
    }
  }

  @Test
  void a_peer_that_is_not_there_is_left_out_and_the_others_go_on() {
    Contest.Plan plan = plan(List.of(Contender.CEILING, Contender.DBOS));
    try (Contest contest =
        new Contest(
            ARENA,
            plan,
            contender ->
                contender.isPeer() ? "/nowhere" : System.getProperty("java.class.path", ""))) {

      Contest.Outcome outcome = contest.run(_ -> {});

      assertThat(outcome.rows()).extracting(Row::engine).containsOnly("ceiling");
      assertThat(outcome.settings()).containsOnlyKeys("ceiling");
      assertThat(outcome.missing())
          .hasSize(2)
          .allMatch(why -> why.contains("The process of dbos did not start"));
    }
  }

  @Test
  void a_killed_process_loses_no_step_and_repeats_only_those_in_progress() {
    List<Row> rows = contest(plan(List.of(Contender.BACKSTITCH), Workload.RECOVERY, 20));

    assertThat(rows).extracting(Row::unit).containsExactly("s", "steps repeated");
    assertThat(rows.getFirst().median()).isPositive();
    assertThat(rows.getLast().max()).isLessThanOrEqualTo(20);
  }

  @Test
  void waiting_runs_take_memory() {
    List<Row> rows = contest(plan(List.of(Contender.BACKSTITCH), Workload.WAITING, 2_000));

    assertThat(rows).extracting(Row::unit).containsExactly("MiB/100k runs");
    assertThat(rows.getFirst().median()).isBetween(10.0, 20_000.0);
  }

  @Test
  void steps_are_measured_far_into_a_history_and_beside_its_beginning() {
    List<Contender> contenders = List.of(Contender.BACKSTITCH, Contender.BASELINE_BLOB);
    List<Row> rows =
        contest(
            new Contest.Plan(
                List.of(Workload.LONG_HISTORY),
                contenders,
                1,
                List.of(4),
                Duration.ofMillis(100),
                10));

    assertThat(rows)
        .extracting(row -> row.engine() + " " + row.unit())
        .containsExactly(
            "backstitch us/step at event 100",
            "backstitch us/step at event 1000",
            "backstitch x at event 1000",
            "baseline-blob us/step at event 100",
            "baseline-blob us/step at event 1000",
            "baseline-blob x at event 1000");
    assertThat(rows)
        .filteredOn(row -> row.unit().startsWith("us/step"))
        .allMatch(row -> row.walBytesPerStep() > 500);
    // Far less than is measured: ten times as much is read and written at every step.
    assertThat(rows.getLast().median()).isGreaterThan(1.2);
  }

  @Test
  void repeated_steps_are_counted() throws IOException {
    Ground ground = new Ground("unused", "unused", "unused", HOME.path().toString());
    assertThat(Effects.count(Effects.of(ground))).isZero();

    try (Effects effects = Effects.open(ground)) {
      effects.mark(1, 1);
      effects.mark(1, 2);
      effects.mark(2, 1);
      effects.mark(1, 2);
    }

    assertThat(Effects.count(Effects.of(ground))).isEqualTo(4);
    assertThat(Effects.tally(Effects.of(ground))).isEqualTo(new Effects.Tally(3, 1));
  }

  @Test
  void a_row_is_the_median_of_its_rounds() {
    List<Measurement> rounds =
        List.of(
            new Measurement(30, 3, 2, 100, 5, 50),
            new Measurement(10, 1, 4, 300, 4, 70),
            new Measurement(20, 2, 3, 200, 6, 60));

    Row row = Row.of(STEPS_OF_CEILING, rounds, rounds);

    assertThat(row)
        .isEqualTo(
            new Row("steps-10", 64, "ceiling", "steps/s", 20, 10, 30, 1.0, 2, 3, 200, 5, 60));
  }

  @Test
  void the_median_of_an_even_number_was_measured() {
    assertThat(Row.of(STEPS_OF_CEILING, figures(20, 10), List.of()).median()).isEqualTo(10);
  }

  @Test
  void a_ratio_is_of_what_was_done_in_the_same_round() {
    List<Measurement> theirs = figures(100, 10, 50);
    List<Measurement> ours = figures(50, 30, 10);

    // 0.5, 3 and 0.2; of the medians it would be 0.6.
    assertThat(Row.of(STEPS_OF_CEILING, theirs, ours).ratio()).isEqualTo(0.5);
  }

  @Test
  void there_is_no_ratio_to_nobody_or_to_nothing() {
    assertThat(Row.of(STEPS_OF_CEILING, figures(1, 2), List.of()).ratio()).isNull();
    assertThat(Row.of(STEPS_OF_CEILING, figures(1, 0), figures(1, 1)).ratio()).isNull();
    assertThatThrownBy(() -> Row.of(STEPS_OF_CEILING, figures(1, 2), figures(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Measurement> figures(double... figures) {
    return Arrays.stream(figures).mapToObj(Measurement::of).toList();
  }

  @Test
  void costs_are_per_step_and_speed_is_the_runs_own_time() {
    Answer.Performed done = new Answer.Performed(50, Duration.ofSeconds(2), 7, 9);
    Cost cost =
        new Cost(
            Duration.ofSeconds(3),
            Duration.ofMillis(10),
            Optional.of(Duration.ofMillis(40)),
            5_000,
            1,
            1,
            new Rows(0, 0, 0),
            0);

    assertThat(Measurement.of(Workload.STEPS_10, done, cost))
        .isEqualTo(new Measurement(250, 100, 20, 10, 7, 9));
    assertThat(Measurement.of(Workload.LATENCY_3, done, cost).value()).isEqualTo(7);
  }

  @Test
  void percentiles_are_times_that_were_measured() {
    Latencies latencies = new Latencies();
    for (int i = 1_500; i > 0; i--) {
      latencies.add(i * 1_000_000L);
    }

    assertThat(latencies.count()).isEqualTo(1_500);
    assertThat(latencies.millis(0.5)).isEqualTo(750);
    assertThat(latencies.millis(0.99)).isEqualTo(1_485);
    assertThat(latencies.millis(1)).isEqualTo(1_500);
    assertThatThrownBy(() -> new Latencies().millis(0.5)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_client_that_fails_ends_the_work() {
    Work work = new Work(1, 4, 100, Duration.ofSeconds(30));

    assertThatThrownBy(() ->
            ClosedLoop.perform(
                work,
                new Latencies(),
                () -> {
                  throw new IllegalStateException("no such run");
                }))
        .hasMessageContaining("no such run");
  }

  @Test
  void work_ends_after_so_many_runs() throws Exception {
    Latencies latencies = new Latencies();

    ClosedLoop.perform(new Work(1, 4, 10, Duration.ofSeconds(30)), latencies, () -> 0);

    assertThat(latencies.count()).isEqualTo(10);
  }

  private static List<Row> contest(List<Contender> contenders, List<String> progress) {
    try (Contest contest =
        new Contest(ARENA, plan(contenders), _ -> System.getProperty("java.class.path", ""))) {
      return contest.run(progress::add).rows();
    }
  }

  private static List<Row> contest(Contest.Plan plan) {
    try (Contest contest =
        new Contest(ARENA, plan, _ -> System.getProperty("java.class.path", ""))) {
      return contest.run(_ -> {}).rows();
    }
  }

  private static Contest.Plan plan(List<Contender> contenders, Workload workload, int runs) {
    return new Contest.Plan(
        List.of(workload), contenders, 1, List.of(4), Duration.ofSeconds(20), runs);
  }

  private static Contest.Plan plan(List<Contender> contenders) {
    return new Contest.Plan(
        List.of(Workload.STEPS_10, Workload.LATENCY_3),
        contenders,
        2,
        List.of(4),
        Duration.ofSeconds(20),
        12);
  }
}

package dev.backstitch.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.profile.LaneProfile;
import dev.backstitch.loadtest.load.profile.Profile;
import dev.backstitch.loadtest.load.profile.StatementCost;
import dev.backstitch.loadtest.load.report.Costs;
import dev.backstitch.loadtest.load.report.LoadReport;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.report.ReportFiles;
import dev.backstitch.loadtest.load.scenario.Observer;
import dev.backstitch.loadtest.load.scenario.Setting;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.orchestrator.check.InvariantChecker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Every scenario on a small load, with a real and durable PostgreSQL. Nothing is said about speed.
@Tag("alone")
final class LoadTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("backstitch.root", "..")).resolve("docs/load.md");
  private static LoadDatabase database;

  private final Halt halt = new Halt();

  @BeforeAll
  static void start() {
    database = LoadDatabase.start();
  }

  @AfterAll
  static void everything_that_must_hold_holds_after_all_that_load() {
    try (LoadDatabase used = database) {
      assertThat(InvariantChecker.on(used.dataSource()).check().violated()).isEmpty();
    }
  }

  private static final Observer UNWATCHED =
      new Observer() {
        @Override
        public void preparing(Setting setting, String what) {}

        @Override
        public void measuring(Setting setting, Engine engine, Tally tally) {}

        @Override
        public void measured() {}
      };

  private LoadReport perform(String scenario, String... arguments) throws InterruptedException {
    return perform(UNWATCHED, scenario, arguments);
  }

  private LoadReport perform(Observer observer, String scenario, String... arguments)
      throws InterruptedException {
    return perform(new Load("", halt, observer, _ -> {}), scenario, arguments);
  }

  private static LoadReport perform(Load load, String scenario, String... arguments)
      throws InterruptedException {
    return load.perform(LoadPlan.of(List.of(scenario), options(arguments)), database);
  }

  private static LoadOptions options(String... arguments) {
    LoadOptions options = new LoadOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options)).parseArgs(arguments);
    return options;
  }

  private static void assertDone(Measurement measurement, long runs, long steps) {
    assertThat(measurement.failures()).as("%s", measurement).isEmpty();
    assertThat(measurement.volume().runs()).as("%s", measurement).isEqualTo(runs);
    assertThat(measurement.volume().steps()).as("%s", measurement).isEqualTo(steps);
    assertThat(measurement.volume().failed()).isZero();
    assertThat(measurement.volume().unfinished()).isZero();
    assertThat(measurement.volume().seconds()).isPositive();
    assertThat(costs(measurement).walBytesPerStep()).isPositive();
  }

  private static Costs costs(Measurement measurement) {
    return Objects.requireNonNull(measurement.costs(), measurement::toString);
  }

  @Test
  void steps_are_counted_timed_and_charged(@TempDir Path folder) throws Exception {
    LoadReport report =
        perform(
            "steps", "--runs", "40", "--steps", "5", "--in-flight", "2,8", "--warm-up", "100ms");

    assertThat(report.measurements()).hasSize(2);
    for (Measurement measurement : report.measurements()) {
      assertDone(measurement, 40, 200);
      assertThat(measurement.latency().count()).isEqualTo(40);
      // Two events each, the first and the last, and the run's own row twice.
      assertThat(costs(measurement).rowsPerStep()).isBetween(2.0, 4.0);
      assertThat(costs(measurement).writingTransactionsPerStep()).isBetween(0.1, 3.0);
      assertThat(costs(measurement).storedBytesPerStep()).isPositive();
    }
    assertThat(report.isClean()).isTrue();
    Path page = ReportFiles.write(report, folder);
    assertThat(page)
        .content()
        .contains("Throughput against concurrency")
        .contains("8 in flight")
        .contains("--in-flight 8")
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("<script");
    assertDocumented(new ObjectMapper().readTree(folder.resolve("report.json").toFile()));
  }

  /// The table in the document and the file have the same members.
  private static void assertDocumented(JsonNode report) throws Exception {
    Set<String> documented;
    try (Stream<String> lines = Files.lines(DOCUMENT)) {
      documented =
          lines
              .dropWhile(line -> !line.equals("## report.json"))
              .flatMap(line ->
                  Pattern.compile("^\\| `([a-zA-Z0-9.\\[\\]]+)` \\|").matcher(line).results())
              .map(found -> found.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    Set<String> written = new TreeSet<>();
    collect("", report, documented, written);

    assertThat(written).containsExactlyInAnyOrderElementsOf(documented);
  }

  private static void collect(
      String path, JsonNode node, Set<String> documented, Set<String> written) {
    if (node.isObject() && !documented.contains(path)) {
      node.properties()
          .forEach(member ->
              collect(
                  path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                  member.getValue(),
                  documented,
                  written));
    } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
      node.forEach(element -> collect(path + "[]", element, documented, written));
    } else {
      written.add(path);
    }
  }

  @Test
  void an_open_loop_keeps_its_rate_and_its_number() throws InterruptedException {
    LoadReport report = perform("steps", "--runs", "30", "--rate", "60", "--warm-up", "0s");

    Measurement measurement = report.measurements().getFirst();
    assertDone(measurement, 30, 300);
    assertThat(measurement.conditions().rate()).isEqualTo(60.0);
    assertThat(measurement.label()).isEqualTo("60 a second");
    assertThat(measurement.volume().runsPerSecond()).isLessThan(200);
  }

  @Test
  void latency_is_taken_from_one_run_after_the_other() throws InterruptedException {
    Measurement measurement =
        perform("latency", "--runs", "15", "--warm-up", "0s").measurements().getFirst();

    assertDone(measurement, 15, 45);
    // Nobody waits for anybody else: each run's time lies within the whole.
    assertThat(measurement.latency().meanMillis() * 15 / 1_000)
        .isLessThanOrEqualTo(measurement.volume().seconds() * 1.01);
  }

  @Test
  void a_fanout_does_all_its_branches() throws InterruptedException {
    Measurement measurement =
        perform("fanout", "--runs", "4", "--steps", "50", "--in-flight", "2", "--warm-up", "0s")
            .measurements()
            .getFirst();

    assertDone(measurement, 4, 200);
  }

  @Test
  void timers_fire_late_but_never_early_and_their_runs_have_a_size() throws InterruptedException {
    Measurement measurement =
        perform("timers", "--runs", "300", "--rate", "1000").measurements().getFirst();

    assertDone(measurement, 300, 300);
    assertThat(measurement.volume().notBegun()).isZero();
    assertThat(measurement.latency().count()).isEqualTo(300);
    assertThat(Objects.requireNonNull(measurement.waiting()).runs()).isEqualTo(300);
    assertThat(Objects.requireNonNull(measurement.waiting()).heapBytesPerRun()).isNotNull();
  }

  @Test
  void signals_end_the_runs_that_wait_for_them() throws InterruptedException {
    Measurement measurement =
        perform("signals", "--runs", "40", "--in-flight", "8", "--warm-up", "0s")
            .measurements()
            .getFirst();

    assertDone(measurement, 40, 40);
  }

  @Test
  void a_long_history_is_measured_at_the_lengths_that_it_reaches() throws InterruptedException {
    List<Measurement> measurements =
        perform("long-history", "--steps", "60", "--in-flight", "2", "--warm-up", "0s")
            .measurements();

    assertThat(measurements).extracting(Measurement::label).containsExactly("at event 100");
    assertThat(measurements.getFirst().conditions().atEvent()).isEqualTo(100);
    assertDone(measurements.getFirst(), 2, 120);
  }

  @Test
  void a_length_that_is_not_reached_in_time_is_unfinished() throws InterruptedException {
    LoadReport report =
        perform(
            "long-history",
            "--steps",
            "100000",
            "--in-flight",
            "1",
            "--warm-up",
            "0s",
            "--duration",
            "100ms");

    Measurement last = report.measurements().getLast();
    assertThat(last.volume().unfinished()).isEqualTo(1);
    assertThat(last.failures()).first().asString().contains("was not reached");
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void a_sync_is_timed_on_the_simulated_class() throws InterruptedException {
    Measurement measurement = perform("sync", "--runs", "1").measurements().getFirst();

    assertDone(measurement, 1, 1);
    // Five calls of 120 and 350 ms.
    assertThat(measurement.latency().p50Millis()).isGreaterThan(600);
  }

  @Test
  void a_profile_shows_where_the_time_of_a_measurement_went(@TempDir Path folder) throws Exception {
    LoadOptions options = options("--duration", "1s", "--warm-up", "0s");

    LoadReport report =
        new Load("", halt, UNWATCHED, _ -> {}, true)
            .perform(LoadPlan.of(List.of("steps"), options));

    assertThat(report.profiles()).hasSize(1);
    Profile profile = report.profiles().getFirst();
    assertThat(profile.label()).isEqualTo("64 in flight");
    assertThat(profile.samples()).isPositive().isEqualTo(profile.flame().samples());
    assertThat(profile.methods()).isNotEmpty();
    assertThat(profile.waits()).isNotEmpty();
    assertThat(profile.methods().stream().mapToDouble(Profile.Share::share).sum())
        .isBetween(0.01, 1.0 + 1e-9);
    assertStatementsCounted(profile.statements());
    assertLanesLookedAt(profile.lanes());
    assertThat(ReportFiles.write(report, folder))
        .content()
        .contains("Rows of history in a flush", "in a function", "checkpoint_v3");
  }

  /// Everything that is written goes through the checkpoint's function.
  private static void assertStatementsCounted(List<StatementCost> statements) {
    StatementCost checkpoint =
        statements.stream()
            .filter(cost -> cost.statement().contains("checkpoint_v3"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(statements.toString()));
    assertThat(checkpoint.insideFunction()).isFalse();
    assertThat(checkpoint.calls()).isPositive();
    assertThat(checkpoint.walBytes()).isPositive();
    assertThat(checkpoint.blocksHit()).isPositive();
    assertThat(statements).anyMatch(StatementCost::insideFunction);
    assertThat(statements)
        .isSortedAccordingTo(Comparator.comparingDouble(StatementCost::totalMillis).reversed())
        .noneMatch(cost -> cost.statement().contains("pg_stat_"));
  }

  private static void assertLanesLookedAt(LaneProfile lanes) {
    assertThat(lanes.lanes()).isPositive();
    assertThat(lanes.writingShare()).isPositive();
    assertThat(lanes.waitingShare() + lanes.writingShare() + lanes.tellingShare())
        .isCloseTo(1, within(1e-9));
    assertThat(lanes.checkpoints().stream().mapToDouble(LaneProfile.Size::share).sum())
        .isCloseTo(1, within(1e-9));
    // Every flush is counted once for its checkpoints and once for its rows.
    assertThat(lanes.events().stream().mapToLong(LaneProfile.Size::flushes).sum())
        .isEqualTo(lanes.checkpoints().stream().mapToLong(LaneProfile.Size::flushes).sum());
  }

  @Test
  void servers_over_http_do_the_same() throws InterruptedException {
    Measurement measurement =
        perform("steps", "--runs", "20", "--steps", "3", "--workers", "2", "--warm-up", "0s")
            .measurements()
            .getFirst();

    assertDone(measurement, 20, 60);
    assertThat(measurement.conditions().engine()).isEqualTo("server");
    assertThat(costs(measurement).engineCpuSeconds()).isPositive();
  }

  @Test
  void under_chaos_everything_that_was_begun_ends_and_nothing_is_lost(@TempDir Path folder)
      throws Exception {
    LoadReport report = perform("mixed", "--runs", "10", "--in-flight", "2", "--duration", "3s");

    assertThat(report.measurements())
        .extracting(Measurement::label)
        .containsExactly(
            "steps", "latency", "fanout", "timers", "signals", "long-history", "chaos, 3 servers");
    for (Measurement measurement : report.measurements().subList(0, 6)) {
      assertThat(measurement.failures()).as("%s", measurement).isEmpty();
      assertThat(measurement.volume().runs()).as("%s", measurement).isBetween(1L, 10L);
      assertThat(measurement.latency().count()).isEqualTo(measurement.volume().runs());
    }
    assertThat(report.measurements())
        .extracting(measurement -> measurement.conditions().inFlight())
        .startsWith(2, 1, 2, 2, 2, 1);
    assertThat(report.measurements())
        .extracting(Measurement::conditions)
        .allMatch(conditions -> conditions.engine().equals("server") && conditions.workers() == 3);
    assertThat(Objects.requireNonNull(report.measurements().getLast().chaos()).findings())
        .isEmpty();
    assertThat(report.isClean()).as("%s", report).isTrue();
    // Different things at once, with different numbers in flight, are no sweep.
    assertThat(ReportFiles.write(report, folder))
        .content()
        .contains("--workers 3")
        .doesNotContain("Throughput against concurrency");
  }

  @Test
  void a_load_that_is_stopped_while_its_servers_start_ends_without_them()
      throws InterruptedException {
    Observer stops =
        new Observer() {
          @Override
          public void preparing(Setting setting, String what) {
            assertThat(what).isEqualTo("starting servers");
            halt.request("interrupted");
          }

          @Override
          public void measuring(Setting setting, Engine engine, Tally tally) {}

          @Override
          public void measured() {}
        };
    long before = javaProcesses();

    LoadReport report = perform(stops, "steps", "--workers", "2");

    assertThat(report.measurements()).isEmpty();
    assertThat(report.stoppedText()).get().asString().contains("interrupted");
    Awaitility.await().untilAsserted(() -> assertThat(javaProcesses()).isEqualTo(before));
  }

  /// That this one has started, and that live.
  private static long javaProcesses() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .count();
  }

  @Test
  void whoever_stops_it_gets_what_was_measured_until_then() throws InterruptedException {
    Observer stops =
        new Observer() {
          @Override
          public void preparing(Setting setting, String what) {}

          @Override
          public void measuring(Setting setting, Engine engine, Tally tally) {
            tally.charge(0);
            halt.request("interrupted");
          }

          @Override
          public void measured() {}
        };

    LoadReport report =
        perform(stops, "steps", "--in-flight", "1,2,3", "--duration", "1h", "--warm-up", "0s");

    assertThat(report.measurements()).hasSize(1);
    assertThat(report.stoppedText()).get().asString().contains("interrupted");
  }
}

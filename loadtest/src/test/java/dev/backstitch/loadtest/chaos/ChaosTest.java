package dev.backstitch.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.orchestrator.history.EventCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Two minutes of chaos with three workers. When it fails, the folder with the evidence stays.
@Tag("alone")
final class ChaosTest {
  private static final Logger log = LoggerFactory.getLogger(ChaosTest.class);
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final long SEED = 20_261_121;
  private static final int KEYS = 20;

  @Test
  void whatever_breaks_nothing_is_lost_repeated_or_violated() throws Exception {
    Path folder = Files.createTempDirectory("backstitch-chaos-");
    Chaos.Terms terms = new Chaos.Terms(Duration.ofMinutes(2), 3, SEED, KEYS, LEASE);
    ChaosSummary summary;
    try (Stage stage = Stage.set(new Stage.Setting(folder, 3, LEASE))) {
      summary = new Chaos(terms, stage, log::info, ChaosGuest.NOBODY).perform();
    }

    assertThat(summary.findings()).as("%s", summary).isEmpty();
    assertThat(summary.isClean()).isTrue();
    // It has been through something.
    assertThat(summary.runs()).as("runs").isGreaterThan(50);
    assertThat(summary.kills()).as("kills").isPositive();
    assertThat(summary.freezes()).as("freezes").isPositive();
    assertThat(summary.cuts()).as("cuts").isPositive();
    assertThat(summary.ends()).as("cancels and terminations").isPositive();
    assertThat(summary.takeovers()).as("takeovers").isPositive();
    assertThat(summary.diskFull() > 0 || mentions(summary.unavailableFaults(), "DISK_FULL"))
        .as("full disks: %s", summary)
        .isTrue();
    assertThat(summary.clockJumps() > 0)
        .as("clock jumps, if and only if libfaketime is there: %s", summary)
        .isNotEqualTo(mentions(summary.unavailableFaults(), "CLOCK_JUMP"));
    assertThat(summary.databaseRestarts()).as("database restarts").isPositive();
    assertThat(summary.liveChecks()).as("checks while everything broke").isPositive();
    assertThat(summary.recoveryMillis().times()).as("recoveries measured").isPositive();
    assertThat(summary.faults())
        .as("each kind, and how long what it stopped took to go on")
        .extracting(ChaosSummary.FaultFigure::kind)
        .containsExactly(FaultPlan.Kind.values());
    assertThat(measured(summary))
        .as("%s", summary)
        .contains(FaultPlan.Kind.KILL, FaultPlan.Kind.CUT);
    assertThat(tried(summary, FaultPlan.Kind.FREEZE)).as("beyond the lease").isPositive();
    assertThat(summary.partitions()).as("partitions").isPositive();
    assertThat(summary.answersLost()).as("answers lost behind a commit").isPositive();
    assertThat(tried(summary, FaultPlan.Kind.LOSE_ANSWERS)).isEqualTo((int) summary.answersLost());
    assertThat(summary.recoveriesNotSeen()).as("%s", summary).isZero();
    assertThat(medianMillis(summary, FaultPlan.Kind.KILL))
        .as("a killed worker's runs, even if only its lease told of it: %s", summary)
        .isLessThan(LEASE.plusSeconds(5).toMillis());
    // What can be late is what a process had just been allowed to begin when it lost its runs.
    assertThat(summary.late())
        .as("begun late: %s", summary)
        .isLessThanOrEqualTo((summary.freezes() + summary.takeovers()) * KEYS);
    ChaosCommand.remove(folder);
  }

  private static int tried(ChaosSummary summary, FaultPlan.Kind kind) {
    return figure(summary, kind).tried();
  }

  private static long medianMillis(ChaosSummary summary, FaultPlan.Kind kind) {
    return Objects.requireNonNull(figure(summary, kind).recoveryMillis()).median();
  }

  private static ChaosSummary.FaultFigure figure(ChaosSummary summary, FaultPlan.Kind kind) {
    return summary.faults().stream()
        .filter(figure -> figure.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no figure of " + kind + " in " + summary));
  }

  private static List<FaultPlan.Kind> measured(ChaosSummary summary) {
    return summary.faults().stream()
        .filter(fault -> fault.recoveryMillis() != null)
        .map(ChaosSummary.FaultFigure::kind)
        .toList();
  }

  private static boolean mentions(List<String> lines, String word) {
    return lines.stream().anyMatch(line -> line.contains(word));
  }

  @Test
  void a_plan_follows_from_its_seed_and_not_from_what_the_machine_can_do() {
    FaultPlan.Terms terms = new FaultPlan.Terms(Duration.ofMinutes(2), 3, LEASE);
    EnumSet<FaultPlan.Kind> all = EnumSet.allOf(FaultPlan.Kind.class);
    EnumSet<FaultPlan.Kind> without = EnumSet.complementOf(EnumSet.of(FaultPlan.Kind.CLOCK_JUMP));

    List<FaultPlan.Fault> plan = FaultPlan.of(SEED, terms, all).faults();

    assertThat(FaultPlan.of(SEED, terms, all).faults()).isEqualTo(plan);
    assertThat(FaultPlan.of(SEED + 1, terms, all).faults()).isNotEqualTo(plan);
    assertThat(FaultPlan.of(SEED, terms, without).faults())
        .isEqualTo(
            plan.stream().filter(fault -> fault.kind() != FaultPlan.Kind.CLOCK_JUMP).toList());
    assertThat(plan).extracting(FaultPlan.Fault::kind).containsAll(all);
  }

  @Test
  void the_summary_as_json_has_what_a_script_looks_for() throws Exception {
    JsonNode json = EventCodec.mapper().readTree(EventCodec.mapper().writeValueAsString(summary()));

    assertThat(json.properties())
        .extracting(Map.Entry::getKey)
        .contains(
            "runs",
            "steps",
            "kills",
            "freezes",
            "cuts",
            "takeovers",
            "recoveryMillis",
            "lost",
            "repeated",
            "violations");
    assertThat(json.path("runs").isIntegralNumber()).isTrue();
    assertThat(json.path("takeovers").asLong()).isEqualTo(7);
    assertThat(json.path("recoveryMillis").path("median").asLong()).isEqualTo(20);
    assertThat(json.path("recoveryMillis").path("p99").asLong()).isEqualTo(30);
    assertThat(json.path("recoveryMillis").path("max").asLong()).isEqualTo(30);
    assertThat(json.path("lost").asInt()).isEqualTo(8);
    assertThat(json.path("repeated").asInt()).isEqualTo(9);
    assertThat(json.path("violations").asInt()).isEqualTo(10);
    assertThat(json.path("recoveriesNotSeen").asInt()).isEqualTo(1);
    assertThat(json.path("faults").isArray()).isTrue();
    JsonNode kill = json.path("faults").path(0);
    assertThat(kill.path("kind").asText()).isEqualTo("KILL");
    assertThat(kill.path("tried").asInt()).isEqualTo(4);
    assertThat(kill.path("recoveryMillis").path("median").asLong()).isEqualTo(20);
    assertThat(kill.path("recoveryMillis").path("p99").asLong()).isEqualTo(30);
    assertThat(kill.path("recoveryMillis").path("max").asLong()).isEqualTo(30);
    assertThat(json.path("faults").path(1).path("recoveryMillis").isNull()).isTrue();
  }

  @Test
  void the_summary_as_text_has_a_row_for_each_kind_of_fault() {
    List<String> lines = ChaosText.of(summary());

    assertThat(lines)
        .contains(
            "fault              tried  measured  median ms   p99 ms   max ms",
            "kill                   4         3         20       30       30",
            "clock jump             2         0          -        -        -",
            "takeovers 7, recovery median 20 ms, p99 30 ms, max 30 ms, not seen 1",
            "lost 8, repeated 9, violations 10",
            "begun late by a process that had stood still 11",
            "evidence: /evidence");
  }

  private static ChaosSummary summary() {
    return new ChaosSummary(
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        ChaosSummary.Recovery.of(List.of(30L, 10L, 20L)),
        1,
        8,
        9,
        10,
        SEED,
        2.0,
        3,
        0,
        0,
        0,
        0,
        List.of(
            new ChaosSummary.FaultFigure(
                FaultPlan.Kind.KILL, 4, ChaosSummary.Recovery.of(List.of(30L, 10L, 20L))),
            new ChaosSummary.FaultFigure(FaultPlan.Kind.CLOCK_JUMP, 2, null)),
        List.of(),
        0,
        11,
        0,
        1,
        List.of("lost: one"),
        "/evidence");
  }

  @Test
  void a_takeover_is_told_by_what_made_it_necessary() {
    assertThat(summary().takeoverMillis())
        .containsExactly(Map.entry("kill", new ChaosSummary.Recovery(20, 30, 30, 3)));
  }

  @Test
  void a_recovery_is_told_by_median_99th_percentile_and_worst() {
    assertThat(ChaosSummary.Recovery.of(List.of()))
        .isEqualTo(new ChaosSummary.Recovery(0, 0, 0, 0));
    assertThat(ChaosSummary.Recovery.of(List.of(30L, 10L, 20L)))
        .isEqualTo(new ChaosSummary.Recovery(20, 30, 30, 3));
  }
}

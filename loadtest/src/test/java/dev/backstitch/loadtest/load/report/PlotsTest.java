package dev.backstitch.loadtest.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.loadtest.chaos.ChaosSummary;
import dev.backstitch.loadtest.load.arrival.Latency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which plots measurements give, and which they don't.
final class PlotsTest {
  private static final Costs COSTS = new Costs(1, 1.0, 1, 1.0, 1, 1, 1, 1, 1);

  private static Measurement measured(
      int inFlight, @Nullable Costs costs, @Nullable ChaosSummary chaos) {
    return new Measurement(
        "steps",
        inFlight + " in flight",
        "./backstitch load",
        new Measurement.Conditions("in-process", 0, null, inFlight, 1, 200, null),
        Measurement.Volume.of(1, inFlight, inFlight, Measurement.Misses.NONE),
        "",
        new Latency(0, 0, 0, 0, 0, 0, 0),
        costs,
        null,
        List.of(),
        List.of(),
        chaos);
  }

  private static ChaosSummary chaos(String faults) throws JsonProcessingException {
    return new ObjectMapper()
        .readValue(
            """
            {"kills": 9, "freezes": 5, "partitions": 3, "lost": 0, "repeated": 0, "violations": 0,
             "unavailableFaults": [], "findings": [], "faults": [%s]}
            """
                .formatted(faults),
            ChaosSummary.class);
  }

  private static List<Plot> plots(String faults) throws JsonProcessingException {
    return Plots.of(List.of(measured(8, null, chaos(faults))));
  }

  @Test
  void several_in_flight_are_a_sweep_unless_other_things_were_done_beside_them() {
    assertThat(Plots.of(List.of(measured(1, COSTS, null), measured(8, COSTS, null))))
        .extracting(Plot::title)
        .contains("Throughput against concurrency");
    assertThat(Plots.of(List.of(measured(1, null, null), measured(8, null, null)))).isEmpty();
  }

  @Test
  void kills_are_drawn_without_freezes_and_partitions() throws JsonProcessingException {
    List<Plot> plots =
        plots(
            """
            {"kind": "KILL", "tried": 9,
             "recoveryMillis": {"median": 111, "p99": 222, "max": 333, "times": 7}},
            {"kind": "FREEZE", "tried": 5,
             "recoveryMillis": {"median": 444, "p99": 555, "max": 666, "times": 4}},
            {"kind": "CUT", "tried": 6,
             "recoveryMillis": {"median": 777, "p99": 777, "max": 777, "times": 6}},
            {"kind": "PARTITION", "tried": 3,
             "recoveryMillis": {"median": 888, "p99": 999, "max": 999, "times": 3}}
            """);

    assertThat(plots)
        .extracting(Plot::title)
        .containsExactly("Recovery after a kill", "Recovery after a freeze or a partition");
    assertThat(plots.getFirst().explanation()).contains("7 of 9 kills measured");
    assertThat(plots.getFirst().svg())
        .contains("kill, median of 7", "111 ms", "222 ms", "333 ms")
        .doesNotContain("444", "777", "888");
    assertThat(plots.getLast().svg())
        .contains("freeze, median of 4", "444 ms", "partition, longest", "999 ms")
        .doesNotContain("111 ms", "777");
  }

  @Test
  void where_no_kill_was_measured_that_is_said() throws JsonProcessingException {
    List<Plot> plots = plots("{\"kind\": \"KILL\", \"tried\": 9, \"recoveryMillis\": null}");

    assertThat(plots).extracting(Plot::title).containsExactly("Recovery after a kill");
    assertThat(plots.getFirst().explanation()).contains("0 of 9 kills measured");
    assertThat(plots.getFirst().svg()).doesNotContain(" ms<");
  }
}

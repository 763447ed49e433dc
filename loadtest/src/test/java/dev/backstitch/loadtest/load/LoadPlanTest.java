package dev.backstitch.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.backstitch.api.command.Backstitch;
import dev.backstitch.api.command.CommandModule;
import dev.backstitch.api.command.Environment;
import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.LoadtestCommands;
import dev.backstitch.loadtest.load.scenario.ScenarioName;
import dev.backstitch.loadtest.load.scenario.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What may be typed, up to its borders.
final class LoadPlanTest {

  private static LoadPlan plan(String scenario, String... arguments) {
    LoadOptions options = new LoadOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options)).parseArgs(arguments);
    return LoadPlan.of(List.of(scenario), options);
  }

  @ParameterizedTest
  @CsvSource({
    "--rate,0.01,1000000",
    "--in-flight,1,100000",
    "--runs,1,10000000",
    "--duration,100ms,24h",
    "--warm-up,0s,1h",
    "--steps,1,100000",
    "--payload,0,1000000",
    "--workers,1,16"
  })
  void an_option_may_be_at_its_borders(String option, String least, String most) {
    assertThat(plan("steps", option, least).settings()).hasSize(1);
    assertThat(plan("steps", option, most).settings()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--rate,0.009,0.01 to 1000000",
    "--rate,1000000.1,0.01 to 1000000",
    "--rate,NaN,0.01 to 1000000",
    "--in-flight,0,1 to 100000",
    "--in-flight,'16,100001',1 to 100000",
    "--runs,0,1 to 10000000",
    "--runs,10000001,1 to 10000000",
    "--duration,99ms,from 100ms to 24h",
    "--duration,25h,from 100ms to 24h",
    "--duration,10,from 100ms to 24h",
    "--duration,-1s,from 100ms to 24h",
    "--warm-up,61m,from 0s to 1h",
    "--steps,0,1 to 100000",
    "--steps,100001,1 to 100000",
    "--payload,-1,0 to 1000000",
    "--payload,1000001,0 to 1000000",
    "--workers,0,1 to 16",
    "--workers,17,1 to 16"
  })
  void an_option_beyond_its_borders_is_refused_by_name(String option, String value, String range) {
    assertThatThrownBy(() -> plan("steps", option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(option + " must be")
        .hasMessageContaining(range)
        .hasMessageContaining("was");
  }

  @ParameterizedTest
  @CsvSource({
    "latency,--rate,10",
    "latency,--in-flight,2",
    "sync,--steps,3",
    "signals,--payload,3",
    "long-history,--rate,3",
    "long-history,--runs,3",
    "timers,--duration,3s",
    "timers,--warm-up,3s",
    "sync,--warm-up,3s",
    "mixed,--warm-up,3s"
  })
  void an_option_that_means_nothing_to_a_scenario_is_refused(
      String scenario, String option, String value) {
    assertThatThrownBy(() -> plan(scenario, option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(option + " means nothing to the scenario " + scenario + "; leave it out");
  }

  @Test
  void all_takes_what_means_something_to_each_and_sweeps_what_has_a_throughput() {
    List<Setting> settings =
        plan("all", "--in-flight", "16,64", "--duration", "7s", "--warm-up", "1s").settings();

    assertThat(settings)
        .extracting(Setting::scenario, Setting::inFlight)
        .contains(
            tuple(ScenarioName.STEPS, 16),
            tuple(ScenarioName.STEPS, 64),
            tuple(ScenarioName.FANOUT, 16),
            tuple(ScenarioName.FANOUT, 64),
            tuple(ScenarioName.LATENCY, 1),
            tuple(ScenarioName.SYNC, 1))
        .hasSize(ScenarioName.values().length - 1 + 2);
    assertThat(settings)
        .filteredOn(setting -> setting.scenario() == ScenarioName.LATENCY)
        .extracting(Setting::duration)
        .containsExactly(Duration.ofSeconds(7));
    assertThat(settings)
        .filteredOn(setting -> setting.scenario() == ScenarioName.TIMERS)
        .extracting(Setting::duration)
        .containsExactly(ScenarioName.TIMERS.usual().duration());
  }

  @Test
  void a_scenario_beside_all_is_measured_once_and_refuses_what_it_does_not_take() {
    LoadOptions options = new LoadOptions();

    assertThat(LoadPlan.of(List.of("all", "mixed", "steps"), options).settings())
        .extracting(Setting::scenario)
        .containsExactlyInAnyOrder(ScenarioName.values());
    options.warmUp = "1s";
    assertThatThrownBy(() -> LoadPlan.of(List.of("all", "mixed"), options))
        .hasMessageContaining("--warm-up means nothing to the scenario mixed");
  }

  @Test
  void an_unknown_scenario_is_answered_with_the_known_ones() {
    assertThatThrownBy(() -> plan("stepps"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'stepps'")
        .hasMessageContaining("steps, latency, fanout");
  }

  @Test
  void what_is_used_wrongly_ends_with_exit_code_2() {
    Environment environment = new Environment(Map.of());
    List<CommandModule> modules = List.of(new LoadtestCommands());

    assertThat(Backstitch.run(environment, new Output(), modules, "load", "steps", "--runs", "0"))
        .isEqualTo(2);
    assertThat(
            Backstitch.run(environment, new Output(), modules, "load", "steps", "--runs", "many"))
        .isEqualTo(2);
    assertThat(Backstitch.run(environment, new Output(), modules, "load")).isEqualTo(2);
  }

  @Test
  void mixed_has_three_servers_unless_more_or_two_are_wanted() {
    assertThat(plan("mixed").settings()).extracting(Setting::workers).containsExactly(3);
    assertThat(plan("mixed").isElsewhere()).isTrue();
    assertThat(plan("mixed", "--workers", "2").settings())
        .extracting(Setting::workers)
        .containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource({"--workers 1,--workers", "--server,--server"})
  void mixed_on_one_server_is_refused_and_told_what_to_say(String typed, String named) {
    assertThatThrownBy(() -> plan("mixed", typed.split(" ", -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mixed needs 2 servers or more")
        .hasMessageEndingWith("say --workers 2 or more, or leave " + named + " out");
  }

  @Test
  void several_in_flight_are_a_measurement_each_and_once() {
    assertThat(plan("steps", "--in-flight", "256,16,64,16").settings())
        .extracting(Setting::inFlight)
        .containsExactly(16, 64, 256);
  }

  @Test
  void what_is_not_said_is_usual_and_always_bounded() {
    for (ScenarioName scenario : ScenarioName.values()) {
      Setting setting = plan(scenario.text()).settings().getFirst();

      assertThat(setting.duration()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(10));
      assertThat(setting.runs()).isLessThanOrEqualTo(ScenarioName.MOST_RUNS);
    }
    assertThat(plan("steps", "--runs", "5").settings().getFirst().duration())
        .isEqualTo(Duration.ofHours(1));
    assertThat(plan("steps", "--server").settings().getFirst().workers()).isEqualTo(1);
  }
}

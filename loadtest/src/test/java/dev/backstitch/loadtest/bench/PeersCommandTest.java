package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.command.Backstitch;
import dev.backstitch.api.command.Environment;
import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.LoadtestCommands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeersCommandTest {

  /// What a command has printed, and its exit code.
  record Printed(int exitCode, String results, String talk) {}

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, --rounds must be 1 to 100",
    "--rounds=101, --rounds must be 1 to 100",
    "--seconds=0.09, --seconds must be 0.1 to 60",
    "--seconds=61, --seconds must be 0.1 to 60",
    "--seconds=NaN, --seconds must be 0.1 to 60",
    "--runs=0, --runs must be 1 to 1000000",
    "--runs=1000001, --runs must be 1 to 1000000",
    "--in-flight=0, --in-flight must be 1 to 10000",
    "--in-flight=10001, --in-flight must be 1 to 10000",
    "'--in-flight=4,0', --in-flight must be 1 to 10000",
    "--workload=steps-7, --workload must be of steps-10",
    "--engine=nobody, --engine must be of backstitch"
  })
  void what_is_out_of_range_is_refused_before_anything_starts(String option, String message) {
    Printed printed = run(option);

    assertThat(printed.exitCode()).isEqualTo(2);
    assertThat(printed.talk()).contains(message).contains(option.replaceAll(".*[=,]", ""));
    assertThat(printed.results()).isEmpty();
  }

  @Test
  void json_is_an_array_of_rows() throws IOException {
    Printed printed =
        run(
            "--json",
            "--rounds=1",
            "--runs=8",
            "--in-flight=8,4",
            "--workload=steps-1",
            "--engine=backstitch,ceiling");

    assertThat(printed.exitCode()).as(printed.talk()).isZero();
    JsonNode rows = new ObjectMapper().readTree(printed.results());
    assertThat(rows)
        .extracting(row -> row.get("engine").asText() + " " + row.get("inFlight"))
        .containsExactly("backstitch 4", "ceiling 4", "backstitch 8", "ceiling 8");
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.get("workload").asText()).isEqualTo("steps-1");
          assertThat(row.get("unit").asText()).isEqualTo("runs/s");
          assertThat(row.get("median").asDouble()).isPositive();
          assertThat(row.fieldNames())
              .toIterable()
              .contains("min", "max", "ratio", "cpuMicrosPerStep", "p50Millis", "p99Millis");
        });
  }

  @Test
  void the_table_says_on_what_it_was_measured() {
    Printed printed =
        run("--rounds=1", "--runs=8", "--in-flight=4", "--workload=steps-1", "--engine=ceiling");

    assertThat(printed.exitCode()).as(printed.talk()).isZero();
    assertThat(printed.results())
        .contains("processors", "Java 25", "fsync=on synchronous_commit=on")
        .containsPattern("(?m)^steps-1 +4 +ceiling +runs/s +[0-9.,]+ +[0-9.,]+ +[0-9.,]+ +- ");
  }

  private static Printed run(String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench", "peers"));
    arguments.addAll(List.of(options));
    ByteArrayOutputStream results = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(talk, true, StandardCharsets.UTF_8));
    try {
      int exitCode =
          Backstitch.run(
              new Environment(Map.of()),
              new Output(),
              List.of(new LoadtestCommands()),
              arguments.toArray(String[]::new));
      return new Printed(
          exitCode,
          results.toString(StandardCharsets.UTF_8),
          talk.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}

package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MicroRowTest {

  @Test
  void a_row_has_the_mean_its_error_and_what_was_allocated() throws IOException {
    String results =
        """
        [
          {
            "benchmark": "dev.backstitch.micro.RunIdBenchmark.next",
            "primaryMetric": {"score": 98.5, "scoreError": 1.25, "scoreUnit": "ns/op"},
            "secondaryMetrics": {
              "gc.alloc.rate": {"score": 229.0, "scoreError": "NaN"},
              "gc.alloc.rate.norm": {"score": 24.0, "scoreError": "NaN"}
            }
          },
          {
            "benchmark": "dev.backstitch.micro.RunIdBenchmark.nextContended",
            "primaryMetric": {"score": 122.5, "scoreError": "NaN", "scoreUnit": "ns/op"},
            "secondaryMetrics": {}
          }
        ]
        """;

    List<MicroRow> rows = MicroRow.read(new ObjectMapper().readTree(results));

    assertThat(rows)
        .containsExactly(
            new MicroRow("RunIdBenchmark.next", 98.5, 1.25, 24.0),
            // One measurement has no error, and JMH says so in a word.
            new MicroRow("RunIdBenchmark.nextContended", 122.5, null, 0.0));
  }
}

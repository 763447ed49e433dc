package dev.backstitch.loadtest.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// What one piece costs, by JMH.
///
/// @param piece class and method of the benchmark
/// @param nanos of one operation, the mean
/// @param errorNanos half of the interval in which the mean lies with 99.9 percent; null if there
///   were too few measurements to tell
/// @param allocatedBytes of one operation
record MicroRow(String piece, double nanos, @Nullable Double errorNanos, double allocatedBytes) {

  /// Of what JMH writes.
  static List<MicroRow> read(JsonNode results) {
    return StreamSupport.stream(results.spliterator(), false).map(MicroRow::of).toList();
  }

  private static MicroRow of(JsonNode result) {
    JsonNode score = result.path("primaryMetric");
    JsonNode error = score.path("scoreError");
    String[] names = result.path("benchmark").asText().split("\\.", -1);
    return new MicroRow(
        names[names.length - 2] + "." + names[names.length - 1],
        score.path("score").asDouble(),
        // JMH writes what it does not know as a word.
        error.isNumber() ? (Double) error.asDouble() : null,
        result.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score").asDouble());
  }
}

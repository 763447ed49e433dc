package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.contest.Row;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the benchmarks print as JSON, held against the tables that tell of it. A record is written
/// with its components and nothing else.
final class BenchDocumentTest {
  private static final Path DOCUMENTS =
      Path.of(System.getProperty("backstitch.root", "..")).resolve("docs");
  private static final Pattern MEMBER = Pattern.compile("^\\| `([a-zA-Z0-9.\\[\\]]+)` \\|");

  static Stream<Arguments> documented() {
    return Stream.of(
        Arguments.of("performance.md", "peers", Row.class),
        Arguments.of("quota.md", "quota", QuotaBench.Row.class),
        Arguments.of("syncs.md", "webhooks", WebhooksBench.Row.class),
        Arguments.of("syncs.md", "sync-faults", SyncFaultsBench.Report.class),
        Arguments.of("syncs.md", "sync-large", SyncLargeBench.Row.class));
  }

  @ParameterizedTest
  @MethodSource("documented")
  void every_member_is_documented_and_no_other(String document, String bench, Class<?> shape)
      throws IOException {
    Set<String> documented = table(document, "### `bench " + bench + " --json`");
    Set<String> written = new TreeSet<>();

    collect("", shape, documented, written);

    assertThat(written).isNotEmpty().containsExactlyInAnyOrderElementsOf(documented);
  }

  private static Set<String> table(String document, String heading) throws IOException {
    try (Stream<String> lines = Files.lines(DOCUMENTS.resolve(document))) {
      return lines
          .dropWhile(line -> !line.equals(heading))
          .skip(1)
          .takeWhile(line -> !line.startsWith("#"))
          .flatMap(line -> MEMBER.matcher(line).results())
          .map(found -> found.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /// The members of a record that has no line of its own.
  private static void collect(
      String prefix, Class<?> shape, Set<String> documented, Set<String> written) {
    for (RecordComponent component : shape.getRecordComponents()) {
      String path = prefix + component.getName();
      if (component.getType().isRecord() && !documented.contains(path)) {
        collect(path + ".", component.getType(), documented, written);
      } else if (component.getGenericType() instanceof ParameterizedType many
          && many.getActualTypeArguments()[0] instanceof Class<?> element
          && element.isRecord()) {
        collect(path + "[].", element, documented, written);
      } else {
        written.add(path);
      }
    }
  }
}

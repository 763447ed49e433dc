package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.load.draw.Figure;
import dev.backstitch.loadtest.load.draw.LinePlot;
import dev.backstitch.loadtest.load.draw.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A report as one page that needs nothing else: no script, no font, no other file.
final class ReportPage {
  private static final double MEBIBYTE = 1 << 20;

  private final LoadReport report;
  private final StringBuilder html = new StringBuilder();

  private ReportPage(LoadReport report) {
    this.report = report;
  }

  static String of(LoadReport report) {
    return new ReportPage(report).page();
  }

  private String page() {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<title>Backstitch load report</title><style>")
        .append(style())
        .append(
            "</style></head><body><main><header><h1>Backstitch load report</h1><p class=\"quiet\">")
        .append(Markup.escaped(summary()))
        .append("</p><pre>")
        .append(Markup.escaped(report.command()))
        .append("</pre></header>");
    report
        .stoppedText()
        .ifPresent(text ->
            html.append("<p class=\"notice\">").append(Markup.escaped(text)).append("</p>"));
    for (Plot plot : Plots.of(report.measurements())) {
      plot(plot);
    }
    report.profiles().forEach(profile -> html.append(ProfileSection.of(profile)));
    measurements();
    machine();
    return html.append("</main></body></html>\n").toString();
  }

  private String summary() {
    return report.startedAt()
        + ", "
        + Figure.of(report.seconds())
        + " s, version "
        + report.build()
        + (report.commit() == null ? "" : " (" + report.commit() + ")")
        + ", "
        + report.machine().cores()
        + " cores for everything, PostgreSQL "
        + report.database().version()
        + ", fsync "
        + report.database().settings().getOrDefault("fsync", "?");
  }

  private void plot(Plot plot) {
    html.append("<section><h2>")
        .append(Markup.escaped(plot.title()))
        .append("</h2><p class=\"quiet\">")
        .append(Markup.escaped(plot.explanation()))
        .append("</p><figure>")
        .append(plot.svg())
        .append("</figure>")
        .append(legend(plot.names()))
        .append("<details><summary>Measured with</summary><pre>");
    plot.commands().stream()
        .distinct()
        .forEach(command -> html.append(Markup.escaped(command)).append('\n'));
    html.append("</pre></details></section>");
  }

  /// For narrow screens, where the names beside the lines are out of sight.
  private static String legend(List<String> names) {
    StringBuilder legend = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      legend
          .append("<span class=\"c")
          .append(i % LinePlot.COLOURS)
          .append("\">")
          .append(Markup.escaped(names.get(i)))
          .append("</span>");
    }
    return legend.isEmpty() ? "" : "<p class=\"legend\">" + legend + "</p>";
  }

  private void measurements() {
    html.append("<section><h2>All figures</h2><div class=\"wide\"><table><thead><tr>");
    List<String> heads =
        List.of(
            "scenario",
            "",
            "runs",
            "runs/s",
            "steps/s",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "p99.9 ms",
            "max ms",
            "engine µs/step",
            "database µs/step",
            "WAL bytes/step",
            "stored bytes/step",
            "rows/step",
            "transactions/step",
            "not done");
    heads.forEach(head -> html.append("<th>").append(Markup.escaped(head)).append("</th>"));
    html.append("</tr></thead><tbody>");
    report.measurements().forEach(this::row);
    html.append("</tbody></table></div></section>");
  }

  private void row(Measurement measurement) {
    Measurement.Volume volume = measurement.volume();
    List<String> cells = new ArrayList<>();
    cells.add(measurement.scenario());
    cells.add(measurement.label());
    cells.add(Long.toString(volume.runs()));
    cells.add(Figure.of(volume.runsPerSecond()));
    cells.add(Figure.of(volume.stepsPerSecond()));
    cells.addAll(latency(measurement));
    cells.addAll(costs(measurement.costs()));
    cells.add(Long.toString(volume.failed() + volume.notBegun() + volume.unfinished()));
    html.append("<tr>");
    cells.forEach(cell -> html.append("<td>").append(Markup.escaped(cell)).append("</td>"));
    html.append("</tr>");
  }

  private static List<String> latency(Measurement measurement) {
    var latency = measurement.latency();
    if (latency.count() == 0) {
      return List.of("", "", "", "", "");
    }
    return List.of(
        Figure.of(latency.p50Millis()),
        Figure.of(latency.p90Millis()),
        Figure.of(latency.p99Millis()),
        Figure.of(latency.p999Millis()),
        Figure.of(latency.maxMillis()));
  }

  private static List<String> costs(@Nullable Costs costs) {
    if (costs == null) {
      return List.of("", "", "", "", "", "");
    }
    Double database = costs.databaseCpuSecondsPerThousandSteps();
    return List.of(
        Figure.of(costs.engineCpuSecondsPerThousandSteps() * 1_000),
        database == null ? "" : Figure.of(database * 1_000),
        Figure.of(costs.walBytesPerStep()),
        Figure.of(costs.storedBytesPerStep()),
        Figure.of(costs.rowsPerStep()),
        Figure.of(costs.transactionsPerStep()));
  }

  private void machine() {
    Machine machine = report.machine();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Processor", machine.processor() + ", " + machine.cores() + " cores");
    facts.put("Memory", mebibytes(machine.memoryBytes()));
    facts.put("Most heap", mebibytes(machine.maxHeapBytes()));
    facts.put("System", machine.system());
    facts.put("Java", machine.jdk());
    facts.put("Garbage collector", String.join(", ", machine.collector()));
    facts.put("Java options", String.join(" ", machine.jvmOptions()));
    facts.put("PostgreSQL", report.database().version());
    report.database().settings().forEach(facts::put);
    html.append("<section><h2>Machine and settings</h2><p class=\"quiet\">Engine, clients and ")
        .append("PostgreSQL share this machine.</p><dl>");
    facts.forEach((name, value) ->
        html.append("<dt>")
            .append(Markup.escaped(name))
            .append("</dt><dd>")
            .append(Markup.escaped(value.isEmpty() ? "none" : value))
            .append("</dd>"));
    html.append("</dl></section>");
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.0f MiB", bytes / MEBIBYTE);
  }

  private static String style() {
    try (InputStream css =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the report's style can't be read", e);
    }
  }
}

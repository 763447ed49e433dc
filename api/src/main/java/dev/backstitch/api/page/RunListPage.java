package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the list of runs shows.
///
/// @param tabs one per status, and one for all
/// @param workflows what the filter offers
/// @param workflow the filter's value, empty for all
/// @param key the filter's value, empty for all
/// @param nextPage where the older runs are, null if there are none
/// @param firstPage where the newest are, null if these are they
public record RunListPage(
    List<Tab> tabs,
    List<String> workflows,
    String workflow,
    String status,
    String key,
    boolean filtered,
    List<Row> rows,
    @Nullable String nextPage,
    @Nullable String firstPage) {

  /// A choice of the status filter.
  public record Tab(String word, String address, boolean chosen) {}

  /// One run.
  public record Row(
      String id,
      String address,
      String workflow,
      String key,
      StatusBadge status,
      Moment started,
      String duration) {}

  /// Copies the lists.
  public RunListPage {
    tabs = List.copyOf(tabs);
    workflows = List.copyOf(workflows);
    rows = List.copyOf(rows);
  }

  /// The page for a filter.
  ///
  /// @param oneMore what was found, one run more than the page shows if there is one
  static RunListPage of(RunFilter filter, List<Run> oneMore, List<String> workflows, Instant now) {
    int limit = filter.limit() - 1;
    Address first =
        Address.of("/")
            .and("workflow", Objects.requireNonNullElse(filter.workflow(), ""))
            .and("status", filter.status() == null ? "" : filter.status().name())
            .and("key", Objects.requireNonNullElse(filter.key(), ""));
    List<Run> shown = oneMore.stream().limit(limit).toList();
    return new RunListPage(
        tabs(filter, first),
        workflows,
        Objects.requireNonNullElse(filter.workflow(), ""),
        filter.status() == null ? "" : filter.status().name(),
        Objects.requireNonNullElse(filter.key(), ""),
        !first.parameters().isEmpty(),
        shown.stream().map(run -> row(run, now)).toList(),
        oneMore.size() > limit
            ? first.and("cursor", shown.getLast().id().toString()).toString()
            : null,
        filter.before() == null ? null : first.toString());
  }

  private static List<Tab> tabs(RunFilter filter, Address first) {
    var tabs = new ArrayList<Tab>();
    tabs.add(new Tab("All", first.without("status").toString(), filter.status() == null));
    Arrays.stream(RunStatus.values())
        .map(status ->
            new Tab(
                StatusBadge.of(status).word(),
                first.with("status", status.name()).toString(),
                status == filter.status()))
        .forEach(tabs::add);
    return tabs;
  }

  private static Row row(Run run, Instant now) {
    Instant end = run.closedAt() == null ? now : run.closedAt();
    Duration length = Duration.between(run.createdAt(), end);
    return new Row(
        run.id().toString(),
        "/runs/" + run.id(),
        run.workflow(),
        Objects.requireNonNullElse(run.key(), ""),
        StatusBadge.of(run.status()),
        Moment.of(run.createdAt(), now),
        DurationText.of(length.isNegative() ? Duration.ZERO : length));
  }
}

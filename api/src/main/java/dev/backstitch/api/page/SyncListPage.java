package dev.backstitch.api.page;

import dev.backstitch.api.sync.ScheduleConfig;
import dev.backstitch.api.sync.SyncConfig;
import dev.backstitch.api.sync.SyncState;
import dev.backstitch.api.sync.SyncState.RepositoryState;
import dev.backstitch.api.sync.SyncState.SyncRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the page of syncs shows.
///
/// @param rows by name and repository
public record SyncListPage(List<Row> rows) {

  /// One repository of a sync.
  ///
  /// @param starts what starts it, such as `every 30m, webhooks`
  /// @param lastRun the id of its newest run, empty if it has had none
  /// @param reason why that was started
  /// @param first whether it is the first of its sync, which has the buttons
  /// @param previewable whether there is anything to run dry
  public record Row(
      String name,
      String repository,
      String starts,
      @Nullable Moment next,
      String lastRun,
      @Nullable StatusBadge badge,
      String reason,
      boolean first,
      boolean previewable) {}

  /// Copies the list.
  public SyncListPage {
    rows = List.copyOf(rows);
  }

  static SyncListPage of(List<SyncState> syncs, Instant now) {
    List<Row> rows = new ArrayList<>();
    for (SyncState sync : syncs) {
      for (RepositoryState repository : sync.repositories()) {
        boolean first = repository.equals(sync.repositories().getFirst());
        rows.add(row(sync, repository, first, now));
      }
    }
    return new SyncListPage(rows);
  }

  private static Row row(SyncState sync, RepositoryState repository, boolean first, Instant now) {
    Instant next = earlier(repository.dueAt(), repository.newsAt());
    SyncRun last = repository.lastRun();
    return new Row(
        sync.name(),
        repository.repository(),
        starts(sync.config()),
        next == null ? null : Moment.of(next, now),
        last == null ? "" : last.runId().toString(),
        last == null ? null : StatusBadge.of(last.status()),
        last == null ? "" : why(last),
        first,
        sync.config().sweep() == null);
  }

  private static String starts(SyncConfig config) {
    List<String> starts = new ArrayList<>();
    ScheduleConfig schedule = config.schedule();
    if (schedule != null && schedule.every() != null) {
      starts.add("every " + schedule.every());
    } else if (schedule != null) {
      String zone = schedule.zone();
      starts.add(schedule.cron() + (zone == null ? "" : " " + zone));
    }
    if (config.webhook()) {
      starts.add("webhooks");
    }
    return starts.isEmpty() ? "by hand" : String.join(", ", starts);
  }

  private static String why(SyncRun run) {
    return switch (run.reason()) {
      case SCHEDULE -> "schedule";
      case WEBHOOK -> run.news() == 1 ? "1 webhook" : run.news() + " webhooks";
      case PERSON -> "by hand";
      case DRY_RUN -> "dry run";
    };
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }
}

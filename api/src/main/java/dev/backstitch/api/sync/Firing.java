package dev.backstitch.api.sync;

import dev.backstitch.activities.sync.AnnouncedPull;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.api.sync.FiringStore.Cause;
import dev.backstitch.api.sync.FiringStore.Due;
import dev.backstitch.api.sync.FiringStore.StoredNews;
import dev.backstitch.orchestrator.RunTransaction;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.run.StartResult;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One repository that is due, in the transaction that has locked it: everything that follows from
/// it being due happens here, or none of it.
final class Firing {
  private static final Logger LOG = LoggerFactory.getLogger(Firing.class);

  /// How long a repository waits whose branch another run still has.
  private static final Duration HELD = Duration.ofSeconds(1);

  private final RunTransaction transaction;
  private final Handle handle;
  private final Due row;
  private final SyncConfig config;

  Firing(RunTransaction transaction, Due row) {
    this.transaction = transaction;
    this.handle = transaction.handle();
    this.row = row;
    this.config = Syncs.config(row.config());
  }

  void fire() {
    if (row.due()) {
      fireSchedule();
    }
    if (row.news()) {
      fireNews();
    }
  }

  private void fireSchedule() {
    ScheduleConfig schedule = config.schedule();
    if (schedule == null) {
      FiringStore.setDue(handle, row, null);
    } else if (!isSyncedByPerson()
        && started(
            config.start(row.repository(), SyncReason.SCHEDULE),
            new Cause(SyncReason.SCHEDULE, row.dueAt(), 0))) {
      // From now, and not from the time that was due: those that were missed become one.
      FiringStore.setDue(handle, row, schedule.schedule().next(row.now()));
    } else {
      FiringStore.hold(handle, row.onlySchedule(), HELD);
    }
  }

  /// Beside a run that a person asked for, the same of everybody would be work done twice.
  private boolean isSyncedByPerson() {
    StartRequest asked = config.start(row.repository(), SyncReason.PERSON);
    return FiringStore.isOpen(handle, asked.workflow(), asked.key());
  }

  private void fireNews() {
    List<StoredNews> news = FiringStore.news(handle, row, SyncRequest.MAX_ANNOUNCED);
    List<AnnouncedPull> pulls =
        PullRequestNews.together(
            news.stream().map(one -> Syncs.read(one.content(), PullRequestNews.class)).toList());
    if (pulls.isEmpty()
        || started(
            Syncs.syncRequest(
                config.key(row.repository(), SyncReason.WEBHOOK),
                config.request(row.repository(), Lane.LIVE).of(pulls)),
            new Cause(SyncReason.WEBHOOK, null, news.size()))) {
      FiringStore.takeNews(handle, row, news);
    } else {
      FiringStore.hold(handle, row.onlyNews(), HELD);
    }
  }

  /// @return false if another run still has the branch
  private boolean started(StartRequest request, Cause cause) {
    StartResult result = transaction.start(request);
    if (!(result instanceof StartResult.Started)) {
      return false;
    }
    FiringStore.record(handle, result.runId(), row.name(), row.repository(), cause);
    LOG.info(
        "event=sync_fired sync={} repository={} reason={} news={} run={}",
        row.name(),
        row.repository(),
        cause.reason(),
        cause.news(),
        result.runId());
    return true;
  }
}

package dev.backstitch.activities.sync;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ConfiguredApis;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.pulls.HeadsPage;
import dev.backstitch.activities.pulls.ListHeads;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.Preview;
import dev.backstitch.activities.tracker.ReadTracker;
import dev.backstitch.activities.tracker.Tracker;
import dev.backstitch.activities.tracker.TrackerBranch;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Brings every student's progress file onto the tracker branch: reads what the branch holds, lists
/// the open pull requests, fetches what has changed, and commits once, or in parts if there is very
/// much of it. A dry run stops before the commit, and says what it would have been.
public final class ProgressSync implements Workflow<SyncRequest, SyncResult> {

  /// A stop for a server that always has another page: 100,000 pull requests.
  private static final int MAX_PAGES = 1_000;

  private final ConfiguredApis apis;

  /// @param apis the configured addresses; the first is the default
  public ProgressSync(List<ApiUrl> apis) {
    this.apis = new ConfiguredApis(apis);
  }

  @Override
  public SyncResult run(RunContext run, SyncRequest request) {
    Repository named = Repository.of(apis.chosen(run, request.apiUrl()), request.repository());
    // The branch first, although both could be asked for at once: so no head is older than the
    // watermark it is compared with, and another sync in between can't make us write back an older
    // file.
    Tracker tracker =
        run.call(
            new ReadTracker(
                new TrackerBranch(named, request.branch(), request.layout()),
                request.laneOfCalls()));
    Heads heads = heads(run, tracker, request);
    SyncPlan plan = SyncPlan.of(tracker.state(), heads.all());

    ApiUse reading = tracker.use().plus(heads.use());
    SyncWriter writer = new SyncWriter(run, tracker, request);
    if (!request.commits()) {
      FetchedStudents fetched = writer.fetch(plan.toFetch());
      CommitChanges changes =
          new CommitChanges(tracker.target(), tracker.state(), fetched.changes(), plan.logins());
      return previewed(plan, fetched, changes, reading.plus(fetched.use()));
    }
    return result(plan, writer.write(plan), reading);
  }

  private record Heads(List<Head> all, ApiUse use) {}

  /// Of everybody, or of the announced students: then nothing is listed unless it must be.
  private static Heads heads(RunContext run, Tracker tracker, SyncRequest request) {
    Repository repository = tracker.target().repository();
    List<AnnouncedPull> pulls = request.announced();
    if (pulls == null) {
      return listHeads(run, repository, request);
    }
    Announcements announcements = new Announcements(pulls);
    Optional<List<Head>> told = announcements.heads(tracker.state());
    if (told.isPresent()) {
      return new Heads(told.get(), ApiUse.NONE);
    }
    Heads listed = listHeads(run, repository, request);
    return new Heads(announcements.among(listed.all()), listed.use());
  }

  private static Heads listHeads(RunContext run, Repository repository, SyncRequest request) {
    List<Head> all = new ArrayList<>();
    ApiUse use = ApiUse.NONE;
    String cursor = null;
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      HeadsPage page =
          run.call(new ListHeads(repository, request.base(), cursor, request.laneOfCalls()));
      all.addAll(page.heads());
      use = use.plus(page.use());
      cursor = page.nextCursor();
      if (cursor == null) {
        return new Heads(all, use);
      }
    }
    throw new PermanentFailureException(
        "too-many-pages",
        repository
            + " still has open pull requests after "
            + MAX_PAGES
            + " pages; nothing was written");
  }

  private static SyncResult previewed(
      SyncPlan plan, FetchedStudents fetched, CommitChanges changes, ApiUse use) {
    Preview preview = Preview.of(changes);
    return new SyncResult(
        plan.students(),
        preview.students(),
        plan.students() - preview.students() - fetched.failed().size(),
        fetched.failed(),
        plan.skipped(),
        use.requests(),
        use.points(),
        null,
        use.remaining(),
        preview);
  }

  private static SyncResult result(SyncPlan plan, Written written, ApiUse reading) {
    ApiUse use = reading.plus(written.use());
    return new SyncResult(
        plan.students(),
        written.changed(),
        plan.students() - written.changed() - written.failed().size(),
        written.failed(),
        plan.skipped(),
        use.requests(),
        use.points(),
        written.commitOid(),
        use.remaining());
  }
}

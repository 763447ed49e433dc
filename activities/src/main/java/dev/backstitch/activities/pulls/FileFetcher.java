package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.MeteredCalls;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Serves [FetchFile], many at a time. All calls of a batch are for one base repository.
/// Thread-safe.
public final class FileFetcher implements BatchHandler<FetchFile, Fetched> {
  /// The most files in a batch.
  public static final int FILES_PER_BATCH = 25;

  private static final double LONGEST_DELAY = 1.0;

  /// The attempt that believes that a commit is nowhere. GitHub's events come first, what it shows
  /// follows by up to ten seconds; the waits before this attempt are 15 s together.
  static final int LAST_LOOK = 5;

  private final FetchBatch.Means means;
  private final GitFallback git;
  private final MeteredCalls metered;
  private final RetryPolicy retry;

  /// @param metered remembers what attempts used that brought no result
  /// @param retry the policy under which the activity is registered: calls that fail together wait
  ///   for its longest delay, without jitter, and so are tried again together
  /// @param clock tells how long the git host has been left alone
  public FileFetcher(
      FileSources sources, MeteredCalls metered, RetryPolicy retry, InstantSource clock) {
    this.means =
        new FetchBatch.Means(
            sources.graphQl(), sources.contents(), new BatchSizes(FILES_PER_BATCH));
    this.git = new GitFallback(sources.heads(), clock);
    this.metered = metered;
    this.retry = retry;
  }

  @Override
  public List<BatchResult<Fetched>> handle(List<Item<FetchFile>> items)
      throws InterruptedException {
    ApiUse before = ApiUse.NONE;
    int attempt = 1;
    for (Item<FetchFile> item : items) {
      before = before.plus(metered.takeOver(item.context()));
      attempt = Math.max(attempt, item.context().attempt());
    }
    Item<FetchFile> first = items.getFirst();
    Meter meter = new Meter(before, first.context().permit(), first.call().repository());
    FetchBatch batch = new FetchBatch(means, meter, retry.delayAfter(attempt, LONGEST_DELAY));
    try {
      batch.fetch(items.stream().map(Item::call).distinct().toList());
      Map<FetchFile, FetchedFile> shown = git.ask(hopeless(items, batch));
      shown.keySet().removeAll(unseen(items, batch, shown));
      batch.complete(shown);
      return results(items, batch, meter);
    } catch (InterruptedException interrupted) {
      metered.remember(items.getFirst().context(), meter.use());
      throw interrupted;
    }
  }

  /// What the API does not show and will not, as far as anybody knows: a commit whose fork is
  /// deleted, an answer that is too large for it, and what is looked for the last time. A fork that
  /// lives shows its commits sooner than git does, so one that lags is waited for.
  private static List<FetchFile> hopeless(List<Item<FetchFile>> items, FetchBatch batch) {
    return items.stream()
        .filter(item -> batch.isUnshown(item.call()))
        .filter(item ->
            item.call().headRepository() == null
                || item.context().attempt() >= LAST_LOOK
                || batch.outcomeOf(item.call())
                    instanceof BatchResult.Threw<FetchedFile>(PermanentFailureException _))
        .map(Item::call)
        .distinct()
        .toList();
  }

  /// Those that git can't show because their commit is too large for it, while the API may show
  /// them yet: nobody has seen those files.
  private static Set<FetchFile> unseen(
      List<Item<FetchFile>> items, FetchBatch batch, Map<FetchFile, FetchedFile> shown) {
    return items.stream()
        .filter(item ->
            shown.get(item.call()) instanceof FetchedFile.TooBig tooBig
                && tooBig.what() != null
                && isLookedForAgain(item, batch))
        .map(Item::call)
        .collect(Collectors.toSet());
  }

  private static boolean isLookedForAgain(Item<FetchFile> item, FetchBatch batch) {
    return item.context().attempt() < LAST_LOOK
        && batch.outcomeOf(item.call())
            instanceof BatchResult.Done<FetchedFile>(FetchedFile.Gone _);
  }

  /// The cost is booked on the first item that has a result; if none has, it is kept for the next
  /// attempt of the first.
  private List<BatchResult<Fetched>> results(
      List<Item<FetchFile>> items, FetchBatch batch, Meter meter) {
    List<BatchResult<Fetched>> results = new ArrayList<>();
    ApiUse toBook = meter.use();
    for (Item<FetchFile> item : items) {
      switch (batch.outcomeOf(item.call())) {
        case BatchResult.Done<FetchedFile>(FetchedFile.Gone gone)
            when item.context().attempt() < LAST_LOOK ->
            results.add(new BatchResult.Threw<>(notYet(gone, item.context().attempt())));
        case BatchResult.Done<FetchedFile>(FetchedFile file) -> {
          results.add(
              new BatchResult.Done<>(
                  new Fetched(
                      file,
                      toBook,
                      batch.isByGit(item.call()) ? Fetched.GIT : null,
                      batch.movedTo(item.call()),
                      batch.isClosed(item.call()))));
          toBook = ApiUse.NONE;
        }
        case BatchResult.Threw<FetchedFile>(Exception failure) ->
            results.add(new BatchResult.Threw<>(failure));
      }
    }
    if (!toBook.equals(ApiUse.NONE)) {
      metered.remember(items.getFirst().context(), toBook);
    }
    return results;
  }

  /// A commit that GitHub has told of may not be shown yet: the engine waits, and looks again.
  private TransientFailureException notYet(FetchedFile.Gone gone, int attempt) {
    return new TransientFailureException(
        "not-shown-yet",
        gone.reason() + "; it may have been pushed a moment ago, so it is looked for again",
        retry.delayAfter(attempt, LONGEST_DELAY));
  }
}

package dev.backstitch.activities.check;

import dev.backstitch.activities.check.CheckRuns.Found;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.post.CommitTarget;
import dev.backstitch.activities.post.OneByOne;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.activities.post.RepositoryPlace;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes check runs. Thread-safe.
public final class CheckTarget extends CommitTarget<CheckReport> {
  /// The kind of target.
  public static final String KIND = "github-check";

  private final GitHubClient client;

  /// @param reach where repositories may be
  public CheckTarget(GitHubClient client, Reach reach, InstantSource clock) {
    super(CheckReport.class, reach, clock);
    this.client = client;
  }

  /// The check runs of a repository as a target, such as
  /// `github-check:https://api.github.com/OWNER/REPO`.
  public static Target target(Repository repository) {
    return RepositoryPlace.target(KIND, repository);
  }

  @Override
  protected OneByOne.Sender<CheckReport> sender(Repository repository, Meter meter) {
    CheckRuns runs = new CheckRuns(client, repository, meter);
    return (key, report, item) -> show(runs, key, report, item.version());
  }

  /// Looks at what is there before it writes: a version may have arrived in part, and nobody told.
  private static String show(CheckRuns runs, CommitKey key, CheckReport report, PostVersion version)
      throws InterruptedException {
    int parts = parts(report);
    Optional<Found> found = runs.find(key);
    Optional<Found> begun = found.filter(run -> run.stamp().isOf(version));
    int done = begun.map(run -> run.stamp().part()).orElse(0);
    long id = begun.or(() -> found.filter(run -> canBecome(run, report))).map(Found::id).orElse(0L);
    for (int part = done + 1; part <= parts; part++) {
      Stamp stamp = new Stamp(Stamp.name(version), part, parts);
      id = id == 0 ? runs.create(key, report, stamp) : runs.update(id, key, report, stamp);
    }
    return Long.toString(id);
  }

  private static int parts(CheckReport report) {
    int annotations = report.annotations().size();
    return Math.max(
        1, (annotations + CheckRuns.ANNOTATIONS_AT_ONCE - 1) / CheckRuns.ANNOTATIONS_AT_ONCE);
  }

  /// Whether an update can make of it what the report says: annotations stay for ever, and what is
  /// completed is not under way again.
  private static boolean canBecome(Found run, CheckReport report) {
    return run.annotations() == 0
        && (!run.completed() || (report.state().isCompleted() && parts(report) == 1));
  }

  @Override
  protected List<ReadBack> answers(Repository repository, List<Doubt> doubts, Meter meter)
      throws InterruptedException {
    CheckRuns runs = new CheckRuns(client, repository, meter);
    List<ReadBack> answers = new ArrayList<>();
    for (Doubt doubt : doubts) {
      boolean whole =
          runs.find(CommitKey.of(doubt.key()))
              .filter(run -> run.stamp().isOf(doubt.version()) && run.stamp().isWhole())
              .isPresent();
      answers.add(whole ? ReadBack.LANDED : ReadBack.ABSENT);
    }
    return answers;
  }
}

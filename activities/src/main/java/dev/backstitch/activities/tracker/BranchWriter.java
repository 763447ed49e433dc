package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.BranchCommit;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.GraphQlAnswer;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Serves [CommitChanges] and [CommitPart]. Thread-safe.
public final class BranchWriter {

  /// Five tries; before the second to fifth up to 1, 2, 4 and 8 seconds, so that two writers do not
  /// collide in step.
  public static final RetryPolicy TRIES =
      new RetryPolicy(5, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(8), Set.of());

  private static final int MAX_HEADS_PER_QUERY = 100;

  private final GraphQl graphQl;
  private final BranchReader reader;
  private final RetryPolicy tries;
  private final RandomGenerator random;

  /// @param reader looks at the branch when somebody else has moved it
  /// @param tries how often the commit is tried in one attempt, such as [#TRIES]
  /// @param random spreads the tries
  public BranchWriter(
      GraphQl graphQl, BranchReader reader, RetryPolicy tries, RandomGenerator random) {
    this.graphQl = graphQl;
    this.reader = reader;
    this.tries = tries;
    this.random = random;
  }

  /// Commits, once; in several commits if GitHub refuses one for its size ([Portions]).
  ///
  /// The first try trusts the state the changes were made against: if the branch has moved, or an
  /// earlier attempt of this very call has landed, GitHub refuses it as stale, and that costs no
  /// more than looking first would. Whenever it is refused, or nobody knows what became of it, the
  /// branch is read again: a commit with our mark among its newest ones is ours.
  ///
  /// @throws GitHubException of kind [Kind#CONFLICT] if others were faster at each of the tries; of
  ///   another if the branch can't be read or written, or nobody knows whether the commit landed
  public CommitResult commit(CommitChanges call, ActivityContext context, Meter meter)
      throws InterruptedException {
    return commit(new Portions(call, mark(context)), call.base(), context, meter);
  }

  /// Commits a part, once. The branch is read first, and with it whether an earlier attempt landed.
  ///
  /// @throws GitHubException as for the whole
  public CommitResult commit(CommitPart call, ActivityContext context, Meter meter)
      throws InterruptedException {
    BranchReader.Branch branch = reader.read(call.target(), true, meter);
    Portions portions = new Portions(call.changesAlone(), mark(context));
    portions.found(branch.recent());
    Optional<String> landed = branch.commitWithLine(mark(context));
    return landed.isPresent()
        ? portions.committed(landed.get(), call.changes().size(), meter.use())
        : commit(portions, branch.state(), context, meter);
  }

  /// What became of a try to land a portion.
  private sealed interface Step {

    /// The branch as it is now, as far as we know.
    BranchReader.Branch branch();

    /// It is on the branch.
    ///
    /// @param oid the commit that brought it; empty if it had been there
    record Landed(BranchReader.Branch branch, Optional<String> oid, int students, boolean isLast)
        implements Step {}

    /// It must be halved.
    record TooLarge(BranchReader.Branch branch) implements Step {}
  }

  private CommitResult commit(
      Portions portions, TrackerState seen, ActivityContext context, Meter meter)
      throws InterruptedException {
    BranchReader.Branch branch = at(portions.call(), seen);
    int students = 0;
    boolean isOver = false;
    while (!isOver) {
      Step step = land(portions, branch, context, meter);
      branch = step.branch();
      switch (step) {
        case Step.Landed landed -> {
          portions.landed(landed.oid());
          students += landed.students();
          isOver = landed.isLast();
        }
        case Step.TooLarge _ -> portions.tooLarge();
      }
    }
    // What an earlier attempt brought is this call's, too.
    boolean inPortions = portions.areHalved() || context.attempt() > 1;
    int changed = inPortions ? portions.students(branch.state()) : students;
    return portions
        .newest()
        .<CommitResult>map(oid -> portions.committed(oid, changed, meter.use()))
        .orElseGet(() -> new CommitResult.NothingToCommit(meter.use()));
  }

  private Step land(
      Portions portions, BranchReader.Branch seen, ActivityContext context, Meter meter)
      throws InterruptedException {
    Portions.Portion portion = portions.next();
    CommitChanges call = portion.changes().at(seen.target());
    TrackerState current = seen.state();
    int refusals = 0;
    for (int attempt = 1; ; attempt++) {
      Merge merge = merge(call, current, meter);
      if (merge.isEmpty()) {
        return new Step.Landed(at(call, current), Optional.empty(), 0, portion.isLast());
      }
      BranchCommit commit =
          new BranchCommit(
              call.target().repository(),
              call.target().branch(),
              current.headOid(),
              message(merge, context, portion.mark()),
              merge.files());
      try {
        String oid = commit.send(graphQl, meter);
        TrackerState now = merge.on(current, call.target().paths(), oid);
        return new Step.Landed(at(call, now), Optional.of(oid), merge.students(), portion.isLast());
      } catch (GitHubException failed) {
        Problem problem = failed.problem();
        boolean absent = problem.kind() == Kind.NOT_FOUND;
        if (problem.kind() != Kind.STALE && !absent && !problem.leavesOutcomeUnknown()) {
          throw failed;
        }
        Thread.sleep(tries.delayAfter(attempt, random.nextDouble()));
        BranchReader.Branch branch = reader.read(call.target(), true, meter);
        portions.found(branch.recent());
        if (absent && branch.target().equals(call.target())) {
          throw failed;
        }
        Optional<Step.Landed> landed = found(portion, branch, mark(context), merge.students());
        if (landed.isPresent()) {
          return landed.get();
        }
        refusals += problem.leavesOutcomeUnknown() ? 1 : 0;
        if (isForItsSize(problem, commit, refusals, portions)) {
          return new Step.TooLarge(branch);
        }
        if (attempt >= tries.attempts()) {
          throw problem.kind() == Kind.STALE ? overtaken(call, attempt, failed) : failed;
        }
        // Reading follows a repository to its new name, committing does not.
        call = call.at(branch.target());
        current = branch.state();
      }
    }
  }

  /// Whether a commit that did not land is one that never will. GitHub seldom says so: it answers
  /// with a 502, as it does when something else is wrong. Therefore a commit of a usual size is
  /// never split, and a large one is sent once more before it is.
  private static boolean isForItsSize(
      Problem problem, BranchCommit commit, int refusals, Portions portions) {
    return problem.leavesOutcomeUnknown()
        && portions.mayBeHalved()
        && (problem.kind() == Kind.TOO_LARGE
            || (commit.isLarge() && (refusals > 1 || portions.areHalved())));
  }

  /// The portion, or the whole call, if it turns out to have landed.
  private static Optional<Step.Landed> found(
      Portions.Portion portion, BranchReader.Branch branch, String mark, int students) {
    Optional<String> whole = branch.commitWithLine(mark);
    return whole.isPresent()
        ? Optional.of(new Step.Landed(branch, whole, students, true))
        : branch
            .commitWithLine(portion.mark())
            .map(oid -> new Step.Landed(branch, Optional.of(oid), students, portion.isLast()));
  }

  private static BranchReader.Branch at(CommitChanges call, TrackerState state) {
    return new BranchReader.Branch(call.target(), state, List.of());
  }

  private static String mark(ActivityContext context) {
    return "Sync-Op: " + context.idempotencyKey();
  }

  private Merge merge(CommitChanges call, TrackerState current, Meter meter)
      throws InterruptedException {
    List<StudentChange> contested = Merge.contested(call, current);
    Map<Integer, String> heads = new LinkedHashMap<>();
    for (int from = 0; from < contested.size(); from += MAX_HEADS_PER_QUERY) {
      int to = Math.min(from + MAX_HEADS_PER_QUERY, contested.size());
      heads.putAll(heads(call.target().repository(), contested.subList(from, to), meter));
    }
    return Merge.of(call, current, heads);
  }

  /// Where some pull requests stand now. One that can't be seen, or is closed, is left out.
  private Map<Integer, String> heads(
      Repository repository, List<StudentChange> changes, Meter meter) throws InterruptedException {
    StringBuilder fields = new StringBuilder();
    for (StudentChange change : changes) {
      fields.append(
          "    p%d: pullRequest(number: %d) { headRefOid state }\n"
              .formatted(change.number(), change.number()));
    }
    String document =
        """
        query ReadHeads($owner: String!, $name: String!) {
          rateLimit { cost remaining }
          repository(owner: $owner, name: $name) {
        %s  }
        }
        """
            .formatted(fields);
    ObjectNode variables =
        GraphQl.variables().put("owner", repository.owner()).put("name", repository.name());
    String purpose = "look up " + changes.size() + " pull requests of " + repository;
    GraphQlAnswer answer = graphQl.send(repository.api(), document, variables, purpose, meter);
    JsonNode pullRequests = answer.data().path("repository");
    if (!pullRequests.isObject()) {
      answer.dataOrThrow();
    }
    Map<Integer, String> heads = new LinkedHashMap<>();
    for (StudentChange change : changes) {
      JsonNode pullRequest = pullRequests.path("p" + change.number());
      if (pullRequest.path("state").asText().equals("OPEN")) {
        heads.put(change.number(), pullRequest.path("headRefOid").asText());
      }
    }
    return heads;
  }

  private static BranchCommit.Message message(Merge merge, ActivityContext context, String mark) {
    return new BranchCommit.Message(
        headline(merge.students()), "Sync-Run: " + context.runId() + "\n" + mark);
  }

  private static String headline(int students) {
    return switch (students) {
      case 0 -> "Sync the map of users";
      case 1 -> "Sync progress for 1 student";
      default -> "Sync progress for " + students + " students";
    };
  }

  private static GitHubException overtaken(
      CommitChanges call, int attempts, GitHubException lastFailure) {
    return new GitHubException(
        Problem.of(
            Kind.CONFLICT,
            "Other writers moved "
                + call.target()
                + " during each of "
                + attempts
                + " tries to commit. Nothing of this commit was written. Find out what else writes to"
                + " the branch, or sync again when it is quiet."),
        lastFailure);
  }
}

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

  /// Commits, once.
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
    return commit(call, call.base(), context, meter);
  }

  /// Commits a part, once. The branch is read first, and with it whether an earlier attempt landed.
  ///
  /// @throws GitHubException as for the whole
  public CommitResult commit(CommitPart call, ActivityContext context, Meter meter)
      throws InterruptedException {
    BranchReader.Branch branch = reader.read(call.target(), true, meter);
    Optional<String> landed = branch.commitWithLine(mark(context));
    return landed.isPresent()
        ? new CommitResult.Committed(landed.get(), call.changes().size(), meter.use())
        : commit(call.changesAlone(), branch.state(), context, meter);
  }

  private CommitResult commit(
      CommitChanges wanted, TrackerState seen, ActivityContext context, Meter meter)
      throws InterruptedException {
    String mark = mark(context);
    CommitChanges call = wanted;
    TrackerState current = seen;
    for (int attempt = 1; ; attempt++) {
      Merge merge = merge(call, current, meter);
      if (merge.isEmpty()) {
        return new CommitResult.NothingToCommit(meter.use());
      }
      try {
        BranchCommit commit =
            new BranchCommit(
                call.target().repository(),
                call.target().branch(),
                current.headOid(),
                message(merge, context, mark),
                merge.files());
        String oid = commit.send(graphQl, meter);
        return new CommitResult.Committed(oid, merge.students(), meter.use());
      } catch (GitHubException failed) {
        Problem problem = failed.problem();
        boolean absent = problem.kind() == Kind.NOT_FOUND;
        if (problem.kind() != Kind.STALE && !absent && !problem.leavesOutcomeUnknown()) {
          throw failed;
        }
        Thread.sleep(tries.delayAfter(attempt, random.nextDouble()));
        BranchReader.Branch branch = reader.read(call.target(), true, meter);
        if (absent && branch.target().equals(call.target())) {
          throw failed;
        }
        // Reading follows a repository to its new name, committing does not.
        call = call.at(branch.target());
        Optional<String> landed = branch.commitWithLine(mark);
        if (landed.isPresent()) {
          return new CommitResult.Committed(landed.get(), merge.students(), meter.use());
        }
        if (attempt >= tries.attempts()) {
          throw problem.kind() == Kind.STALE ? overtaken(call, attempt, failed) : failed;
        }
        current = branch.state();
      }
    }
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

  /// Where some pull requests stand now. One that can't be seen is left out.
  private Map<Integer, String> heads(
      Repository repository, List<StudentChange> changes, Meter meter) throws InterruptedException {
    StringBuilder fields = new StringBuilder();
    for (StudentChange change : changes) {
      fields.append(
          "    p%d: pullRequest(number: %d) { headRefOid }\n"
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
      JsonNode head = pullRequests.path("p" + change.number()).path("headRefOid");
      if (head.isTextual()) {
        heads.put(change.number(), head.asText());
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
                + " tries to commit. Nothing of this sync was written. Find out what else writes to"
                + " the branch, or sync again when it is quiet."),
        lastFailure);
  }
}

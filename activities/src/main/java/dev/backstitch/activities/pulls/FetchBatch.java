package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.client.Body;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.GraphQlAnswer;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.contents.Contents.RestFile;
import dev.backstitch.activities.format.MalformedFileException;
import dev.backstitch.activities.format.ProgressFile;
import dev.backstitch.orchestrator.workflow.BatchResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One batch on its way: what is settled, and how the rest is asked for. Belongs to one thread.
///
/// As many files as the repository was found to bear go into one GraphQL document, under an alias
/// each. If GitHub fails, or leaves some out, the good ones are kept and the others asked for
/// again, half as many at a time; one that fails alone is fetched by REST; when that fails in the
/// same way, GitHub is down and nothing more is asked. A failure that need not be about the size of
/// the query, as that of a proxy or a connection, is answered with the same query once: that costs
/// one request where halves cost two.
final class FetchBatch {

  /// The largest file that is taken for a student's. The largest real one has 16 kB.
  static final long MAX_FILE_BYTES = 256 * 1024;

  private final GraphQl graphQl;
  private final Contents contents;
  private final Meter meter;
  private final Duration retryDelay;
  private final BatchSizes sizes;
  private final Map<FetchFile, BatchResult<FetchedFile>> outcomes = new LinkedHashMap<>();
  private final Set<FetchFile> unreadable = new LinkedHashSet<>();
  private final Set<FetchFile> byGit = new LinkedHashSet<>();
  private final Map<FetchFile, String> headsShown = new LinkedHashMap<>();
  private final Set<FetchFile> closed = new LinkedHashSet<>();
  private @Nullable GitHubException stopped;
  private boolean asksAgain = true;
  private int largestPassed;
  private int smallestFailed = Integer.MAX_VALUE;

  /// @param retryDelay after which all that failed are tried again: at the same time, so that they
  ///   meet in one batch again. Each at its own time they would be one request each
  FetchBatch(Means means, Meter meter, Duration retryDelay) {
    this.graphQl = means.graphQl();
    this.contents = means.contents();
    this.sizes = means.sizes();
    this.meter = meter;
    this.retryDelay = retryDelay;
  }

  /// What all batches share.
  record Means(GraphQl graphQl, Contents contents, BatchSizes sizes) {}

  BatchResult<FetchedFile> outcomeOf(FetchFile call) {
    BatchResult<FetchedFile> outcome = outcomes.get(call);
    if (outcome == null) {
      throw new IllegalStateException("nothing became of " + call);
    }
    return outcome;
  }

  /// Whether the API answers, and still it brings nothing for this one: neither repository shows
  /// the commit, or what comes of the file can't be read.
  boolean isUnshown(FetchFile call) {
    return switch (outcomeOf(call)) {
      case BatchResult.Done<FetchedFile>(FetchedFile file) -> file instanceof FetchedFile.Gone;
      case BatchResult.Threw<FetchedFile> _ -> unreadable.contains(call);
    };
  }

  /// Takes files that git has shown in place of what the API said.
  void complete(Map<FetchFile, FetchedFile> files) {
    byGit.addAll(files.keySet());
    files.forEach(this::done);
  }

  boolean isByGit(FetchFile call) {
    return byGit.contains(call);
  }

  /// Another commit than the wanted one, if the pull request was shown there.
  @Nullable String movedTo(FetchFile call) {
    String shown = headsShown.get(call);
    return call.headOid().equals(shown) ? null : shown;
  }

  /// True if the pull request was shown closed; else null.
  @Nullable Boolean isClosed(FetchFile call) {
    return closed.contains(call) ? true : null;
  }

  /// Settles every one of the wanted files. They are distinct and of one repository.
  void fetch(List<FetchFile> wanted) throws InterruptedException {
    Repository repository = wanted.getFirst().repository();
    fetchInPortions(wanted, sizes.of(repository));
    if (stopped == null) {
      sizes.learn(repository, largestPassed, smallestFailed);
    }
  }

  private void fetchInPortions(List<FetchFile> wanted, int size) throws InterruptedException {
    for (int from = 0; from < wanted.size(); from += size) {
      fetchTogether(wanted.subList(from, Math.min(from + size, wanted.size())));
    }
  }

  private void fetchTogether(List<FetchFile> wanted) throws InterruptedException {
    if (stopped != null) {
      failAll(wanted, stopped);
      return;
    }
    try {
      List<FetchFile> open = ask(wanted);
      if (open.isEmpty()) {
        largestPassed = Math.max(largestPassed, wanted.size());
      } else {
        fetchFewerAtATime(open, wanted.size());
      }
    } catch (GitHubException failed) {
      if (asksAgain && wanted.size() > 1 && failed.problem().mayBeChance()) {
        asksAgain = false;
        fetchTogether(wanted);
      } else if (failed.problem().asksForLess()) {
        fetchFewerAtATime(wanted, wanted.size());
      } else {
        stopped = failed;
        failAll(wanted, failed);
      }
    }
  }

  private void fetchFewerAtATime(List<FetchFile> wanted, int tried) throws InterruptedException {
    smallestFailed = Math.min(smallestFailed, tried);
    if (tried == 1) {
      fetchByRest(wanted.getFirst());
    } else {
      // Rounded up, so that an odd number makes two parts and not three.
      fetchInPortions(wanted, (tried + 1) / 2);
    }
  }

  /// One document for all. Gives those that it left open.
  private List<FetchFile> ask(List<FetchFile> wanted) throws InterruptedException {
    Repository repository = wanted.getFirst().repository();
    FilesQuery query = FilesQuery.of(wanted);
    GraphQlAnswer answer =
        graphQl.send(
            repository.api(),
            query.document(),
            query.variables(repository),
            "read " + wanted.size() + " files of " + repository,
            meter);
    JsonNode shown = answer.data().path("repository");
    if (!shown.isObject()) {
      answer.dataOrThrow();
      throw new GitHubException(
          Problem.of(Kind.UNREADABLE, "Could not read files of " + repository + ": no data."));
    }
    headsShown.putAll(query.heads(shown));
    closed.addAll(query.closed(shown));
    Set<String> doubtful = query.doubtful(answer);
    List<FetchFile> missing = new ArrayList<>();
    for (Map.Entry<String, FetchFile> entry : query.byAlias().entrySet()) {
      JsonNode commit = shown.path(entry.getKey());
      if (commit.isMissingNode() || doubtful.contains(entry.getKey())) {
        missing.add(entry.getValue());
      } else {
        settle(entry.getValue(), commit);
      }
    }
    return missing;
  }

  private void settle(FetchFile wanted, JsonNode commit) throws InterruptedException {
    if (commit.isNull()) {
      fetchByRest(wanted);
      return;
    }
    JsonNode file = commit.path("file");
    if (!file.path("type").asText().equals("blob")) {
      done(wanted, new FetchedFile.MissingFile());
      return;
    }
    JsonNode blob = file.path("object");
    long size = blob.path("byteSize").asLong();
    if (size > MAX_FILE_BYTES) {
      done(wanted, new FetchedFile.TooBig(size, MAX_FILE_BYTES));
      return;
    }
    try {
      byte[] bytes = contents.ofBlob(wanted.repository(), blob, purpose(wanted), meter);
      done(wanted, judged(blob.path("oid").asText(), bytes));
    } catch (GitHubException failed) {
      if (isAbsence(failed.problem())) {
        fetchByRest(wanted);
      } else {
        fail(wanted, failed);
      }
    }
  }

  /// The fork first: it has its own commits at once, while the base may see them seconds later. A
  /// fork that is deleted, blocked or hidden is no reason to give up: the base keeps its commits.
  private void fetchByRest(FetchFile wanted) throws InterruptedException {
    if (stopped != null) {
      fail(wanted, stopped);
      return;
    }
    for (Repository where : places(wanted)) {
      try {
        RestFile file =
            contents.atCommit(
                where, wanted.headOid(), wanted.path(), MAX_FILE_BYTES, purpose(wanted), meter);
        done(
            wanted,
            switch (file) {
              case RestFile.Whole(String oid, Body body) -> judged(oid, body.bytes());
              case RestFile.Larger(long size) -> new FetchedFile.TooBig(size, MAX_FILE_BYTES);
              case RestFile.NoFile() -> new FetchedFile.MissingFile();
            });
        return;
      } catch (GitHubException failed) {
        if (!isAbsence(failed.problem())) {
          fail(wanted, failed);
          return;
        }
      }
    }
    done(wanted, gone(wanted));
  }

  private static List<Repository> places(FetchFile wanted) {
    Repository base = wanted.repository();
    String fork = wanted.headRepository();
    if (fork == null || !Repository.isName(fork) || fork.equals(base.nameWithOwner())) {
      return List.of(base);
    }
    return List.of(Repository.of(base.api(), fork), base);
  }

  /// Whether it only says that this place does not show the file.
  private static boolean isAbsence(Problem problem) {
    return switch (problem.kind()) {
      case NOT_FOUND, FORBIDDEN, CONFLICT, INVALID, UNEXPECTED -> true;
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED, QUOTA_EXHAUSTED, SECONDARY_LIMIT -> false;
      case SERVER_ERROR, UNREACHABLE, TIMEOUT, CONNECTION_LOST -> false;
      case PROTECTED_BRANCH, BROKEN_TRACKER, TOO_BIG, TOO_LARGE, STALE, TOO_HEAVY -> false;
      case UNREADABLE -> false;
    };
  }

  /// Whether the next request, even the smallest, would fail for the same reason.
  private static boolean concernsEveryone(Problem problem) {
    return switch (problem.kind()) {
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED, QUOTA_EXHAUSTED, SECONDARY_LIMIT -> true;
      case SERVER_ERROR, UNREACHABLE, TIMEOUT, CONNECTION_LOST -> true;
      case NOT_FOUND, FORBIDDEN, CONFLICT, INVALID, UNEXPECTED -> false;
      case PROTECTED_BRANCH, BROKEN_TRACKER, TOO_BIG, TOO_LARGE, STALE, TOO_HEAVY -> false;
      case UNREADABLE -> false;
    };
  }

  static FetchedFile judged(String oid, byte[] bytes) {
    try {
      ProgressFile.parse(bytes);
      return new FetchedFile.Found(oid, new String(bytes, StandardCharsets.UTF_8));
    } catch (MalformedFileException malformed) {
      return new FetchedFile.InvalidJson(malformed.reason());
    }
  }

  private static FetchedFile gone(FetchFile wanted) {
    String fork = wanted.headRepository();
    return new FetchedFile.Gone(
        (fork == null ? "the fork is deleted, and " : fork + " and ")
            + wanted.repository()
            + (fork == null ? " does not show " : " do not show ")
            + wanted.path()
            + " at commit "
            + wanted.headOid());
  }

  private void done(FetchFile wanted, FetchedFile file) {
    outcomes.put(wanted, new BatchResult.Done<>(file));
  }

  private void failAll(List<FetchFile> wanted, GitHubException failed) {
    wanted.forEach(file -> fail(file, failed));
  }

  /// What fails for one file alone, and is not that file's fault, would fail for the next one too.
  /// To go on asking would bring nothing, and against a limit it can get a token banned.
  private void fail(FetchFile wanted, GitHubException failed) {
    if (concernsEveryone(failed.problem())) {
      stopped = failed;
    } else if (stopped == null) {
      unreadable.add(wanted);
    }
    Problem problem = failed.problem().notBefore(retryDelay);
    outcomes.put(wanted, new BatchResult.Threw<>(problem.toFailure(failed)));
  }

  private static String purpose(FetchFile wanted) {
    return "read " + wanted.path() + " of pull request " + wanted.number();
  }
}

package dev.backstitch.activities.pulls;

import static java.util.stream.Collectors.partitioningBy;

import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.git.GitFile;
import dev.backstitch.activities.git.HeadFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the git host for what no API shows. It can only add: whatever goes wrong there leaves the
/// answers that the API gave. Thread-safe.
///
/// One fork of many files can fill a conversation, and one large object ends it: then it brings
/// nobody's. So each half of its heads is asked for in a conversation of its own, until what is too
/// big is alone, and told as that.
final class GitFallback {
  private static final Logger log = LoggerFactory.getLogger(GitFallback.class);

  /// The most conversations about one batch: enough to part two heads that are too big from 23
  /// others.
  static final int MOST_CONVERSATIONS = 20;

  /// After this no further conversation begins: the attempt that waits has two minutes, and would
  /// lose what the API gave.
  static final Duration PATIENCE = HeadFiles.LIMITS.time().multipliedBy(2);

  /// How long a host that is away is left alone, unless it names a longer time.
  static final Duration AWAY = Duration.ofSeconds(60);

  /// And if it names a very long one.
  static final Duration LONGEST_AWAY = Duration.ofHours(1);

  private static final Set<Kind> SIGNS_OF_ABSENCE =
      Set.of(
          Kind.UNREACHABLE,
          Kind.TIMEOUT,
          Kind.SERVER_ERROR,
          Kind.SECONDARY_LIMIT,
          Kind.QUOTA_EXHAUSTED);

  private final HeadFiles heads;
  private final InstantSource clock;

  /// Only a hint: it is this process's own.
  private final Map<Repository, Instant> skipUntil = new ConcurrentHashMap<>();

  GitFallback(HeadFiles heads, InstantSource clock) {
    this.heads = heads;
    this.clock = clock;
  }

  /// What git knows of the wanted files, which are of one repository; the map is the caller's.
  Map<FetchFile, FetchedFile> ask(List<FetchFile> wanted) throws InterruptedException {
    if (wanted.isEmpty()) {
      return new LinkedHashMap<>();
    }
    Repository repository = wanted.getFirst().repository();
    Instant end = clock.instant().plus(PATIENCE);
    Map<FetchFile, FetchedFile> files = new LinkedHashMap<>();
    Queue<List<FetchFile>> parts = new ArrayDeque<>(List.of(wanted));
    for (int asked = 0; !parts.isEmpty() && !isAway(repository); asked++) {
      if (asked == MOST_CONVERSATIONS || clock.instant().isAfter(end)) {
        log.warn("event=git_given_up repository={} conversations={}", repository, asked);
        break;
      }
      List<FetchFile> part = parts.remove();
      try {
        files.putAll(shown(repository, part));
      } catch (RuntimeException failed) {
        // Not only ours: a reader of packs may fail in its own way at one that is no pack.
        log.warn(
            "event=git_failed repository={} wanted={} reason=\"{}\"",
            repository,
            part.size(),
            failed.getMessage());
        if (failed instanceof GitHubException told) {
          rememberAbsence(repository, told.problem());
          parts.addAll(insteadOf(part, told.problem()));
        }
      }
    }
    return files;
  }

  private boolean isAway(Repository repository) {
    Instant until = skipUntil.get(repository);
    return until != null && clock.instant().isBefore(until);
  }

  /// Every batch, at every look, would wait for a host that is away as long as for one that
  /// answers.
  private void rememberAbsence(Repository repository, Problem problem) {
    Instant now = clock.instant();
    skipUntil.values().removeIf(until -> !until.isAfter(now));
    if (SIGNS_OF_ABSENCE.contains(problem.kind())) {
      Duration asked = Optional.ofNullable(problem.waitFor()).orElse(AWAY);
      Duration wait = Collections.max(List.of(AWAY, Collections.min(List.of(asked, LONGEST_AWAY))));
      skipUntil.merge(repository, now.plus(wait), (one, other) -> one.isAfter(other) ? one : other);
    }
  }

  /// One conversation.
  private Map<FetchFile, FetchedFile> shown(Repository repository, List<FetchFile> wanted)
      throws InterruptedException {
    Map<HeadFiles.Wanted, GitFile> shown =
        heads.read(
            repository,
            wanted.stream().map(GitFallback::byGit).distinct().toList(),
            FetchBatch.MAX_FILE_BYTES);
    Map<FetchFile, FetchedFile> files = new LinkedHashMap<>();
    for (FetchFile one : wanted) {
      switch (shown.get(byGit(one))) {
        case GitFile.Whole(var oid, var body) ->
            files.put(one, FetchBatch.judged(oid, body.bytes()));
        case GitFile.NoFile() -> files.put(one, new FetchedFile.MissingFile());
        case GitFile.Larger(Long size) ->
            files.put(one, new FetchedFile.TooBig(size, FetchBatch.MAX_FILE_BYTES, null));
        case GitFile.Buried(String what, long most) ->
            files.put(one, new FetchedFile.TooBig(null, most, what));
        case null -> {
          // Its ref shows another commit, or is not there.
        }
      }
    }
    log.info(
        "event=files_by_git repository={} wanted={} shown={}",
        repository,
        wanted.size(),
        files.size());
    return files;
  }

  /// Both halves of what was too big together; nothing if it was one head, or anything else.
  private static List<List<FetchFile>> insteadOf(List<FetchFile> part, Problem problem) {
    List<String> oids = part.stream().map(FetchFile::headOid).distinct().toList();
    if (problem.kind() != Kind.TOO_BIG || oids.size() < 2) {
      return List.of();
    }
    Set<String> half = Set.copyOf(oids.subList(0, oids.size() / 2));
    return List.copyOf(
        part.stream().collect(partitioningBy(one -> half.contains(one.headOid()))).values());
  }

  private static HeadFiles.Wanted byGit(FetchFile call) {
    return new HeadFiles.Wanted(call.number(), call.headOid(), call.path());
  }
}

package dev.backstitch.activities.git;

import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.GitSession;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.lib.ObjectId;

/// Reads files of pull requests' heads from the git host: all in one conversation. Thread-safe.
public final class HeadFiles {

  /// What one conversation may take. A file is 16 kB at the most, and forks of one course share
  /// everything else, so a batch is far below a megabyte.
  public static final GitServer.Limits LIMITS =
      new GitServer.Limits(Duration.ofSeconds(20), 4 * 1024 * 1024);

  private final GitServer server;
  private final GitServer.Limits limits;

  /// @param limits [#LIMITS], unless for a test
  public HeadFiles(GitServer server, GitServer.Limits limits) {
    this.server = server;
    this.limits = limits;
    HermeticSystem.install();
  }

  /// One file of one pull request, at exactly this commit.
  public record Wanted(int number, String headOid, String path) {
    String ref() {
      return "refs/pull/" + number + "/head";
    }
  }

  /// Asks for files of one repository.
  ///
  /// @param maxFileBytes larger files are not read
  /// @return those whose pull request stands at the wanted commit; none if nobody knows where the
  ///   git host is
  /// @throws GitHubException if the host does not answer, or not in time, or not as git does; of
  ///   kind [Kind#TOO_BIG] if there is too much in several commits together, or in one of several
  public Map<Wanted, GitFile> read(Repository repository, List<Wanted> wanted, long maxFileBytes)
      throws InterruptedException {
    String purpose = "read " + wanted.size() + " files of " + repository + " by git";
    Optional<GitSession> opened = server.open(repository, limits, purpose);
    if (opened.isEmpty()) {
      return Map.of();
    }
    GitSession session = opened.get();
    try {
      Question.Offer offer = Question.offer(session.advertisement().bytes());
      List<Wanted> there = there(session, wanted);
      return there.isEmpty() ? Map.of() : files(session, there, offer, maxFileBytes);
    } catch (IOException malformed) {
      throw session.unreadable(String.valueOf(malformed.getMessage()));
    }
  }

  private static List<Wanted> there(GitSession session, List<Wanted> wanted)
      throws IOException, InterruptedException {
    byte[] question = Question.refs(wanted.stream().map(Wanted::ref).distinct().toList());
    Map<String, String> shown = Question.shownRefs(session.ask(question).bytes());
    return wanted.stream()
        .filter(one -> ObjectId.isId(one.headOid()) && one.headOid().equals(shown.get(one.ref())))
        .toList();
  }

  private Map<Wanted, GitFile> files(
      GitSession session, List<Wanted> there, Question.Offer offer, long maxFileBytes)
      throws IOException, InterruptedException {
    List<String> oids = there.stream().map(Wanted::headOid).distinct().toList();
    boolean alone = oids.size() == 1;
    byte[] question = Question.commits(oids, offer, maxFileBytes);
    try (Pack pack = Pack.read(Question.pack(session.ask(question).bytes()), offer.filter())) {
      Map<Wanted, GitFile> files = new LinkedHashMap<>();
      for (Wanted one : there) {
        files.put(one, pack.file(one.headOid(), one.path(), maxFileBytes));
      }
      return files;
    } catch (TooLargeObjectInPackException large) {
      if (alone) {
        return buried(there, "an object in that commit", Pack.MAX_OBJECT_BYTES);
      }
      throw session.tooBig(String.valueOf(large.getMessage()));
    } catch (GitHubException failed) {
      if (alone && failed.problem().kind() == Kind.TOO_BIG) {
        return buried(there, "all that is in that commit", limits.bytes());
      }
      throw failed;
    }
  }

  private static Map<Wanted, GitFile> buried(List<Wanted> wanted, String what, long maxBytes) {
    Map<Wanted, GitFile> files = new LinkedHashMap<>();
    wanted.forEach(one -> files.put(one, new GitFile.Buried(what, maxBytes)));
    return files;
  }
}

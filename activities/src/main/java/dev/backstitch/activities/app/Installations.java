package dev.backstitch.activities.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.client.Token;
import dev.backstitch.orchestrator.quota.Permit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The installations of one App, each with a token in memory. Thread-safe.
public final class Installations implements Credentials {
  private static final Logger log = LoggerFactory.getLogger(Installations.class);

  /// Whatever GitHub issues to an App begins like this.
  private static final Pattern TOKEN = Pattern.compile("gh[su]_[A-Za-z0-9_]{8,}");

  /// A token is replaced when this part of its life is left: ten minutes of an hour.
  private static final int RENEWED_AT_SHARE = 6;

  /// A token that is as near to its end is not sent any more: the request takes its time too.
  private static final Duration LAST_MOMENT = Duration.ofSeconds(30);

  private static final String JSON = "application/vnd.github+json";

  private final GitHubClient app;
  private final AppIdentity identity;
  private final InstantSource clock;
  private final Map<Key, Installation> installations = new ConcurrentHashMap<>();

  /// @param owner in lower case: GitHub's names are found without regard to case
  private record Key(ApiUrl api, String owner) {
    static Key of(Repository repository) {
      return new Key(repository.api(), repository.owner().toLowerCase(Locale.ROOT));
    }
  }

  private record Issued(Token token, Instant renewAt, Instant endsAt) {}

  /// The lock is held while a token is asked for.
  private static final class Installation {
    final ReentrantLock lock = new ReentrantLock();
    volatile @Nullable Issued current;
    @Nullable Long id;
  }

  /// @param app sends as the App itself
  /// @param identity the App
  public Installations(GitHubClient app, AppIdentity identity, InstantSource clock) {
    this.app = app;
    this.identity = identity;
    this.clock = clock;
  }

  @Override
  public Token token(@Nullable Repository home, String purpose) throws InterruptedException {
    Repository repository = required(home, purpose);
    Installation installation = of(repository);
    Issued now = installation.current;
    if (now != null && clock.instant().isBefore(now.renewAt())) {
      return now.token();
    }
    if (now == null || !isUsable(now)) {
      installation.lock.lockInterruptibly();
    } else if (!installation.lock.tryLock()) {
      return now.token();
    }
    try {
      Issued meanwhile = installation.current;
      return meanwhile != null && !meanwhile.equals(now) && isUsable(meanwhile)
          ? meanwhile.token()
          : issue(installation, repository, purpose).token();
    } catch (GitHubException failed) {
      if (now == null || !isUsable(now)) {
        throw failed;
      }
      log.warn(
          "event=installation_token_kept owner={} reason=\"{}\"",
          repository.owner(),
          failed.getMessage());
      return now.token();
    } finally {
      installation.lock.unlock();
    }
  }

  @Override
  public Token renewed(Token refused, Instant serverTime, @Nullable Repository home, String purpose)
      throws InterruptedException {
    Repository repository = required(home, purpose);
    Installation installation = of(repository);
    installation.lock.lockInterruptibly();
    try {
      Issued current = installation.current;
      return current != null && current.token() != refused
          ? current.token()
          : issue(installation, repository, purpose).token();
    } finally {
      installation.lock.unlock();
    }
  }

  private Installation of(Repository repository) {
    return installations.computeIfAbsent(Key.of(repository), _ -> new Installation());
  }

  private boolean isUsable(Issued issued) {
    return clock.instant().plus(LAST_MOMENT).isBefore(issued.endsAt());
  }

  /// Not a problem of GitHub's: whoever sends says for whom.
  private static Repository required(@Nullable Repository home, String purpose) {
    if (home == null) {
      throw new IllegalStateException(
          "Can't " + purpose + " as an App without knowing for which repository");
    }
    return home;
  }

  // ------------------------------------------------------------------ asking for a token

  /// With the lock held.
  private Issued issue(Installation installation, Repository repository, String purpose)
      throws InterruptedException {
    Meter meter = new Meter(ApiUse.NONE, Permit.NONE, repository);
    try {
      Issued issued = issueOrFindAgain(installation, repository, purpose, meter);
      installation.current = issued;
      log.info(
          "event=installation_token_issued app={} owner={} renewAt={}",
          identity.appId(),
          repository.owner(),
          issued.renewAt());
      return issued;
    } catch (GitHubException failed) {
      throw withoutDoubt(failed);
    }
  }

  private Issued issueOrFindAgain(
      Installation installation, Repository repository, String purpose, Meter meter)
      throws InterruptedException {
    Long known = installation.id;
    if (known != null) {
      try {
        return issue(known, repository, meter);
      } catch (GitHubException gone) {
        if (gone.problem().kind() != Kind.NOT_FOUND) {
          throw gone;
        }
        // Installed anew, perhaps: under another number then.
        installation.id = null;
      }
    }
    long found = find(repository, purpose, meter);
    installation.id = found;
    return issue(found, repository, meter);
  }

  /// What was to be sent with the token was not sent, so there is no doubt about it.
  private static GitHubException withoutDoubt(GitHubException failed) {
    Problem problem = failed.problem();
    return problem.leavesOutcomeUnknown()
        ? new GitHubException(
            new Problem(Kind.UNREACHABLE, problem.message(), problem.waitFor()), failed)
        : failed;
  }

  private long find(Repository repository, String purpose, Meter meter)
      throws InterruptedException {
    String asking = "find the installation of the App for " + repository;
    try {
      JsonNode found =
          app.get(repository.api(), repository.restPath() + "/installation", JSON, asking, meter)
              .json(asking);
      return found.path("id").asLong();
    } catch (GitHubException failed) {
      if (failed.problem().kind() != Kind.NOT_FOUND) {
        throw failed;
      }
      throw new GitHubException(
          Problem.of(
              Kind.NOT_INSTALLED,
              "Can't "
                  + purpose
                  + ": the GitHub App "
                  + identity.appId()
                  + " is not installed for "
                  + repository
                  + ". Have its owner install it and give it this repository (settings of the App,"
                  + " Install App)."),
          failed);
    }
  }

  private Issued issue(long id, Repository repository, Meter meter) throws InterruptedException {
    String asking = "get a token for the installation of the App at " + repository.owner();
    GitHubResponse response =
        app.write(
            new RestWrite(
                repository.api(),
                RestWrite.Method.POST,
                "/app/installations/" + id + "/access_tokens",
                JsonNodeFactory.instance.objectNode(),
                asking),
            meter);
    JsonNode answer = response.json(asking);
    try {
      Duration life =
          Duration.between(
              response.serverTime(), Instant.parse(answer.path("expires_at").asText()));
      Instant endsAt = response.receivedAt().plus(life);
      return new Issued(
          Token.of(answer.path("token").asText()),
          endsAt.minus(life.dividedBy(RENEWED_AT_SHARE)),
          endsAt);
    } catch (DateTimeException | IllegalArgumentException unreadable) {
      throw new GitHubException(
          Problem.of(Kind.UNREADABLE, "Could not " + asking + ": the answer holds no token."));
    }
  }

  @Override
  public String masked(String text) {
    String masked = identity.masked(TOKEN.matcher(text).replaceAll("***"));
    for (Installation installation : installations.values()) {
      Issued issued = installation.current;
      masked = issued == null ? masked : issued.token().maskedIn(masked);
    }
    return masked;
  }

  @Override
  public String advice() {
    return "GitHub refused a new token of the installation too. Check in its settings that the App"
        + " is not suspended.";
  }
}

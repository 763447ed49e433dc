package dev.backstitch.activities.client;

import dev.backstitch.activities.client.Problem.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One conversation with a git host, in git's smart HTTP (https://git-scm.com/docs/http-protocol):
/// it carries the bytes, and knows nothing of what they say. Belongs to one thread.
///
/// The token goes to the host that belongs to the API and to no other, in a header: a redirect to
/// anywhere else ends the conversation. Git has no quota, so nothing is told to the ledger.
public final class GitSession {
  private static final Logger log = LoggerFactory.getLogger(GitSession.class);
  private static final int MAX_REDIRECTS = 3;
  private static final String SERVICE = "git-upload-pack";
  private static final String INFO_REFS = "/info/refs?service=" + SERVICE;
  private static final String TYPE = "application/x-" + SERVICE + "-";

  private final GitServer.Means means;
  private final Subject subject;
  private final ProblemReader problems;
  private final Set<Token> sent = new LinkedHashSet<>();
  private final Duration time;
  private final long endNanos;
  private URI repository;
  private int bytesLeft;

  /// What it is about.
  ///
  /// @param host ends with a slash
  record Subject(Repository home, URI host, String purpose) {}

  GitSession(GitServer.Means means, Subject subject, GitServer.Limits limits) {
    this.means = means;
    this.subject = subject;
    this.problems = new ProblemReader(this::masked, means.credentials()::advice);
    this.time = limits.time();
    this.endNanos = System.nanoTime() + limits.time().toNanos();
    this.bytesLeft = limits.bytes();
    this.repository = subject.host().resolve("/" + subject.home().nameWithOwner() + ".git");
  }

  /// What the host says of itself and its repository.
  ///
  /// @throws GitHubException for any other answer than 200, and if there is none in time
  public Body advertisement() throws InterruptedException {
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      GitHubResponse response = send(request(INFO_REFS).GET());
      switch (response.status()) {
        case 200 -> {
          return body(response, "advertisement");
        }
        case 301, 302, 307, 308 -> repository = movedTo(response);
        default -> throw new GitHubException(problems.read(response, subject.purpose()));
      }
    }
    throw problem(Kind.UNEXPECTED, "more than " + MAX_REDIRECTS + " redirects");
  }

  /// Asks for something: refs, or a pack.
  ///
  /// @throws GitHubException for any other answer than 200, and if there is none in time
  public Body ask(byte[] question) throws InterruptedException {
    GitHubResponse response =
        send(
            request("/" + SERVICE)
                .header("Content-Type", TYPE + "request")
                .POST(BodyPublishers.ofByteArray(question)));
    if (response.status() != 200) {
      throw new GitHubException(problems.read(response, subject.purpose()));
    }
    return body(response, "result");
  }

  /// What to throw when the bytes that came make no sense.
  ///
  /// @param why may quote the server
  public GitHubException unreadable(String why) {
    return problem(Kind.UNREADABLE, "the git host's answer can't be read:" + problems.quoted(why));
  }

  /// What to throw when what came holds more than is looked at.
  ///
  /// @param why may quote the server
  public GitHubException tooBig(String why) {
    return problem(Kind.TOO_BIG, "the git host's answer is too big:" + problems.quoted(why));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create(repository + target))
        .header("User-Agent", means.settings().userAgent())
        .header("Git-Protocol", "version=2");
  }

  private Body body(GitHubResponse response, String kind) {
    if (!response.header("Content-Type").orElse("").equals(TYPE + kind)) {
      throw unreadable("it is no " + TYPE + kind);
    }
    return response.body();
  }

  /// Only on the same host: a repository that was renamed.
  private URI movedTo(GitHubResponse response) {
    URI there = repository.resolve(response.header("Location").orElse(""));
    if (!ApiUrl.isSameOrigin(subject.host(), there)) {
      throw problem(Kind.UNEXPECTED, "the git host sends to another host, where nobody is asked");
    }
    String text = there.toString();
    if (!text.endsWith(INFO_REFS)) {
      throw problem(Kind.UNEXPECTED, "the git host sends to where no repository is");
    }
    return URI.create(text.substring(0, text.length() - INFO_REFS.length()));
  }

  /// A token that is refused may have been replaced since it was taken: then the present one is
  /// sent, once, because a refused request has done nothing. None is issued for the git host's
  /// sake: the API may like the one that git refuses, and a new one would cost it what it
  /// remembers.
  private GitHubResponse send(HttpRequest.Builder request) throws InterruptedException {
    Credentials credentials = means.credentials();
    Token token = credentials.token(subject.home(), subject.purpose());
    GitHubResponse response = exchange(request, token);
    if (response.status() != 401) {
      return response;
    }
    Token present = credentials.token(subject.home(), subject.purpose());
    return present == token ? response : exchange(request, present);
  }

  private GitHubResponse exchange(HttpRequest.Builder request, Token token)
      throws InterruptedException {
    sent.add(token);
    Instant sentAt = means.clock().instant();
    try {
      Duration left = Duration.ofNanos(endNanos - System.nanoTime());
      if (!left.isPositive()) {
        throw new HttpTimeoutException("nothing is left of its time");
      }
      HttpResponse<byte[]> answer =
          means
              .wire()
              .send(
                  request.setHeader("Authorization", token.basicAuthorization()).build(),
                  left,
                  bytesLeft);
      bytesLeft -= answer.body().length;
      log.debug(
          "event=git_answered purpose=\"{}\" status={} bytes={}",
          subject.purpose(),
          answer.statusCode(),
          answer.body().length);
      return new GitHubResponse(
          answer.statusCode(),
          answer.headers(),
          new Body(answer.body()),
          null,
          answer.headers().firstValue("X-GitHub-Request-Id").orElse(null),
          sentAt,
          means.clock().instant());
    } catch (IOException failure) {
      throw new GitHubException(
          problems.read(failure, subject.host(), subject.purpose(), time), failure);
    }
  }

  private GitHubException problem(Kind kind, String why) {
    return new GitHubException(
        Problem.of(kind, "Could not " + subject.purpose() + ": " + why + "."));
  }

  private String masked(String text) {
    String masked = means.credentials().masked(text);
    for (Token token : sent) {
      masked = token.maskedIn(masked);
    }
    return masked;
  }
}

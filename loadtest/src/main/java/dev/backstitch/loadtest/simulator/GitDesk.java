package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.SmartHttp;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// Answers the git protocol, as the host beside the API does: outside every quota, with `Basic`
/// credentials, for readers only. Thread-safe.
final class GitDesk {

  /// Far above what a client that wants every object of a large class asks for.
  private static final int MAX_PLAIN_BYTES = 16 * 1024 * 1024;

  private static final String TEXT = "text/plain; charset=utf-8";

  private final Simulation simulation;
  private final SmartHttp git;

  GitDesk(Simulation simulation) {
    this.simulation = simulation;
    this.git = new SmartHttp(simulation.world().forge().objects());
  }

  Answer answer(Call.Git call) {
    Optional<Answer> wrongHead = Refusals.head(call.request());
    if (wrongHead.isPresent()) {
      return wrongHead.get();
    }
    Forge forge = simulation.world().forge();
    boolean told = call.request().header("Authorization").isPresent();
    Optional<Account> account = account(call.request());
    boolean push = call.service().equals("git-receive-pack");
    if (told ? account.isEmpty() : (forge.isPrivate() || push)) {
      return text(401, "Invalid username or token.\n")
          .with("WWW-Authenticate", "Basic realm=\"GitHub\"");
    }
    if (forge.isPrivate() && account.isPresent() && !reaches(account.get(), forge)) {
      return notFound();
    }
    Optional<Repository> renamed = forge.renamed(call.owner(), call.name());
    if (renamed.isPresent()) {
      String there = "/" + renamed.get().nameWithOwner() + ".git";
      return Refusals.moved(call.request().method(), call.api() + there + behindName(call));
    }
    Optional<Repository> repository = forge.repository(call.owner(), call.name());
    if (repository.isEmpty()) {
      return notFound();
    }
    if (push) {
      return text(
          403,
          "Permission to %s.git denied: the simulator takes no push, see docs/simulator.md.\n"
              .formatted(repository.get().nameWithOwner()));
    }
    return read(call, repository.get());
  }

  private Optional<Account> account(Request request) {
    return request
        .header("Authorization")
        .flatMap(Credentials::password)
        .flatMap(simulation.credentials()::account);
  }

  /// Forks are as their base.
  private boolean reaches(Account account, Forge forge) {
    return simulation.apps().reaches(account, forge.base().owner().login());
  }

  private static Answer notFound() {
    return text(404, "Repository not found.\n");
  }

  /// The part of the target that follows the repository's name.
  private static String behindName(Call.Git call) {
    String[] parts = call.request().target().split("/", 4);
    return "/" + parts[3];
  }

  private Answer read(Call.Git call, Repository repository) {
    if (!call.service().equals(SmartHttp.UPLOAD_PACK)) {
      return text(403, "Please upgrade your git client.\n");
    }
    boolean advertise = call.operation() == Operation.GIT_INFO_REFS;
    if (!call.request().method().equals(advertise ? "GET" : "POST")) {
      return text(405, "Method Not Allowed\n");
    }
    var shown =
        new SmartHttp.Shown(
            simulation.world().forge().gitRefs(repository), repository.defaultBranch());
    Optional<String> protocol = call.request().header("Git-Protocol");
    try {
      byte[] body =
          advertise
              ? git.advertise(shown, protocol)
              : git.upload(shown, protocol, plainBody(call.request()));
      String type = advertise ? "advertisement" : "result";
      return Answer.of(200, "application/x-git-upload-pack-" + type, Body.of(body))
          .with("Cache-Control", "no-cache, max-age=0, must-revalidate");
    } catch (IOException malformed) {
      return text(400, "This is no request of git: " + malformed.getMessage() + "\n");
    }
  }

  /// Clients compress long requests.
  private static byte[] plainBody(Request request) throws IOException {
    byte[] bytes = request.body().bytes();
    if (!request.header("Content-Encoding").orElse("").contains("gzip")) {
      return bytes;
    }
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] plain = gzip.readNBytes(MAX_PLAIN_BYTES + 1);
      if (plain.length > MAX_PLAIN_BYTES) {
        throw new IOException("it is larger than " + MAX_PLAIN_BYTES + " bytes");
      }
      return plain;
    }
  }

  private static Answer text(int status, String text) {
    return Answer.of(status, TEXT, Body.of(text));
  }
}

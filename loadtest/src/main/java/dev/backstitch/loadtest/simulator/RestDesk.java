package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Sizes;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import dev.backstitch.loadtest.simulator.rest.RestScope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers REST calls that nothing refused, checks the answer, and turns it into 304 when the
/// client has it already.
final class RestDesk {

  private static final String JSON = "application/json";

  private final Simulation simulation;

  RestDesk(Simulation simulation) {
    this.simulation = simulation;
  }

  Answer answer(Call.Rest call, Caller caller, Optional<Fault> fault) {
    Answer answer = fresh(call, caller, fault);
    checkAnswer(call, answer);
    return answer.status() == 200 ? conditional(call, caller, answer) : answer;
  }

  private Answer fresh(Call.Rest call, Caller caller, Optional<Fault> fault) {
    Optional<Answer> moved = moved(call);
    if (moved.isPresent()) {
      return moved.get();
    }
    Optional<Answer> unserved = refuse(call, caller);
    if (unserved.isPresent()) {
      return unserved.get();
    }
    if (!call.problems().isEmpty()) {
      return call.isReadable()
          ? Refusals.contractBroken(call.problems())
          : RestApi.error(400, "Problems parsing JSON");
    }
    if (call.operation() == Operation.CREATE_TREE && isTooLarge(call)) {
      return Refusals.failure(call, 502);
    }
    if (fault.orElse(null) instanceof Fault.RefRefused(int status)) {
      return Refusals.refRefused(status);
    }
    return RestApi.answer(
        call.request(),
        call.route(),
        new RestScope(
            simulation.replica(fault),
            simulation.apps(),
            simulation.hooks(),
            caller.account(),
            quotas(caller, fault),
            call.api(),
            call.api()));
  }

  /// What needs no description to be wrong.
  private Optional<Answer> refuse(Call.Rest call, Caller caller) {
    if (!call.isServed()) {
      return Optional.of(Refusals.notServed(name(call)));
    }
    if (call.operation().isOfChecks()
        && caller.token().filter(Credentials::isFineGrained).isPresent()) {
      return Optional.of(RestApi.error(403, "Resource not accessible by personal access token"));
    }
    return Optional.empty();
  }

  /// A request by a name that the repository had before is sent to where it is by its id.
  private Optional<Answer> moved(Call.Rest call) {
    List<String> segments = call.request().segments();
    if (segments.size() < 3 || !segments.getFirst().equals("repos")) {
      return Optional.empty();
    }
    return simulation
        .world()
        .forge()
        .renamed(segments.get(1), segments.get(2))
        .map(repository -> {
          String[] parts = call.request().target().split("/", 5);
          String rest = parts.length < 5 ? "" : "/" + parts[4];
          String location = call.api() + "/repositories/" + repository.id() + rest;
          return Refusals.moved(call.request().method(), location);
        });
  }

  private boolean isTooLarge(Call.Rest call) {
    Sizes.Limits limits = simulation.world().forge().sizes().limits();
    Body body = call.request().body();
    return body.size() > limits.treeBytes() || RestApi.treeEntries(body) > limits.treeFiles();
  }

  /// Holds an answer against GitHub's description, a refusal as well as any other.
  void checkAnswer(Call.Rest call, Answer answer) {
    String type = answer.headers().getOrDefault("Content-Type", "");
    if (!call.isServed() || !type.startsWith(JSON)) {
      // Raw content has no description: it is whatever the file holds.
      return;
    }
    List<String> problems =
        OpenApiContract.shared()
            .checkAnswer(call.request().method(), call.route().contractPath(), answer);
    if (!problems.isEmpty()) {
      simulation.violations().record(new Violation(Violation.Side.SIMULATOR, name(call), problems));
    }
  }

  /// An ETag belongs to the token: another token does not know it.
  private static Answer conditional(Call.Rest call, Caller caller, Answer answer) {
    String tag = "W/\"" + hash(caller.token().orElse(""), answer.body()) + "\"";
    boolean known =
        call.operation() != Operation.GET_RATE_LIMIT
            && call.request()
                .header("If-None-Match")
                .map(tags -> List.of(tags.split(",\\s*")).contains(tag))
                .orElseGet(() -> isUnchanged(call, answer));
    Answer tagged =
        answer
            .with("ETag", tag)
            .with("Cache-Control", "private, max-age=60, s-maxage=60")
            .with("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding");
    return known ? new Answer(304, without(tagged, "Content-Type"), Body.EMPTY) : tagged;
  }

  /// A time belongs to nobody, unlike an ETag. Clients send back what they were told.
  private static boolean isUnchanged(Call.Rest call, Answer answer) {
    return call.request()
        .header("If-Modified-Since")
        .filter(since -> since.equals(answer.headers().get("Last-Modified")))
        .isPresent();
  }

  private static Map<String, String> without(Answer answer, String header) {
    var headers = new LinkedHashMap<>(answer.headers());
    headers.remove(header);
    return headers;
  }

  private static String hash(String token, Body body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(body.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private Map<QuotaResource, QuotaState> quotas(Caller caller, Optional<Fault> fault) {
    var states = new EnumMap<QuotaResource, QuotaState>(QuotaResource.class);
    for (QuotaResource resource : QuotaResource.values()) {
      QuotaState state = simulation.quotas().state(caller.account(), resource);
      boolean full =
          resource == QuotaResource.GRAPHQL && fault.orElse(null) instanceof Fault.ShownFull;
      states.put(
          resource,
          new QuotaState(
              state.limit(),
              full ? state.limit() : state.remaining(),
              full ? 0 : state.used(),
              simulation.clock().shown(state.reset())));
    }
    return states;
  }

  private static String name(Call.Rest call) {
    return call.request().method() + " " + call.request().target();
  }
}

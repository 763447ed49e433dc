package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Faults;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.http.Handler;
import dev.backstitch.loadtest.simulator.http.Reply;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.QuotaBook;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.time.Duration;
import java.util.Optional;

/// The way of a request through the simulator, in GitHub's order: its head, who sends it, the
/// limits, then what it asks for. Faults strike before or after that. Thread-safe.
final class FrontDoor implements Handler {

  private static final int GZIP_FROM_BYTES = 1_000;

  private final SimulatorConfig config;
  private final SyncWorld world;
  private final Credentials credentials;
  private final QuotaBook quotas;
  private final SecondaryLimits secondaryLimits;
  private final Faults faults;
  private final AnswerHeaders headers;
  private final Tally tally;
  private final GraphQlDesk graphQl;
  private final RestDesk rest;

  FrontDoor(
      SimulatorConfig config,
      SyncWorld world,
      Credentials credentials,
      Limits limits,
      Faults faults,
      AnswerHeaders headers,
      Tally tally,
      Desks desks) {
    this.config = config;
    this.world = world;
    this.credentials = credentials;
    this.quotas = limits.quotas();
    this.secondaryLimits = limits.secondary();
    this.faults = faults;
    this.headers = headers;
    this.tally = tally;
    this.graphQl = desks.graphQl();
    this.rest = desks.rest();
  }

  record Limits(QuotaBook quotas, SecondaryLimits secondary) {}

  record Desks(GraphQlDesk graphQl, RestDesk rest) {}

  @Override
  public Reply handle(Request request) throws InterruptedException {
    String host = request.header("Host").orElse("localhost");
    Call call = Call.read(request, world.forge(), "http://" + host);
    tally.request(call.operation());
    Optional<Fault> fault = faults.strike(call.operation(), call.aliases());
    Thread.sleep(latency(call, fault));
    Reply reply = reply(call, fault);
    tally.reply(reply);
    return reply;
  }

  private Duration latency(Call call, Optional<Fault> fault) {
    Duration usual =
        switch (call) {
          case Call.GraphQl _ -> config.graphQlLatency();
          case Call.Rest _ -> config.restLatency();
        };
    return fault.orElse(null) instanceof Fault.Slow(Duration delay) ? usual.plus(delay) : usual;
  }

  private Reply reply(Call call, Optional<Fault> fault) {
    Optional<Account> sender = sender(call.request());
    Account charged = sender.orElse(Account.ANONYMOUS);
    return switch (fault.orElse(null)) {
      case Fault.ResetBeforeWrite() -> new Reply.Reset();
      case Fault.Status(int status) -> {
        if (call instanceof Call.GraphQl) {
          // A query that times out costs its points all the same.
          spend(call, charged, call.cost());
        }
        yield headers.common(Refusals.failure(call, status));
      }
      case Fault.ResetAfterWrite() -> {
        answer(call, sender, fault);
        yield new Reply.Reset();
      }
      case Fault.StatusAfterWrite(int status) -> {
        answer(call, sender, fault);
        yield headers.common(Refusals.failure(call, status));
      }
      case Fault.CutShort() -> {
        Answer whole = answer(call, sender, fault);
        yield new Reply.CutShort(whole, whole.body().size() / 2);
      }
      case null, default -> answer(call, sender, fault);
    };
  }

  /// The caller's account, if the request carries a valid token.
  private Optional<Account> sender(Request request) {
    return request
        .header("Authorization")
        .flatMap(Credentials::token)
        .flatMap(credentials::account);
  }

  private Answer answer(Call call, Optional<Account> sender, Optional<Fault> fault) {
    Answer answer = headers.common(charged(call, sender, fault));
    boolean gzip =
        call.request().header("Accept-Encoding").orElse("").contains("gzip")
            && answer.body().size() >= GZIP_FROM_BYTES;
    return gzip ? answer.gzip() : answer;
  }

  /// The answer with the state of the quota it was charged to.
  private Answer charged(Call call, Optional<Account> sender, Optional<Fault> fault) {
    Optional<Answer> wrongHead = Refusals.head(call.request());
    if (wrongHead.isPresent()) {
      return wrongHead.get();
    }
    if (sender.isEmpty()) {
      Optional<Answer> unknown = refuseUnknown(call);
      if (unknown.isPresent()) {
        QuotaState anonymous = spend(call, Account.ANONYMOUS, 1);
        return headers.quota(unknown.get(), call.resource(), anonymous);
      }
    }
    Caller caller =
        new Caller(
            sender.orElse(Account.ANONYMOUS),
            call.request().header("Authorization").flatMap(Credentials::token));
    try {
      boolean write = call.operation() == Operation.COMMIT;
      boolean within = secondaryLimits.begin(caller.account(), call.resource(), write);
      return limited(call, caller, within, fault);
    } finally {
      secondaryLimits.end(caller.account());
    }
  }

  private Optional<Answer> refuseUnknown(Call call) {
    if (call.request().header("Authorization").isPresent()) {
      return Optional.of(Refusals.badCredentials());
    }
    boolean needsAccount = call instanceof Call.GraphQl || call.operation() == Operation.GET_USER;
    return needsAccount ? Optional.of(Refusals.authenticationRequired()) : Optional.empty();
  }

  private Answer limited(Call call, Caller caller, boolean within, Optional<Fault> fault) {
    QuotaResource resource = call.resource();
    if (fault.orElse(null) instanceof Fault.QuotaExhausted()) {
      quotas.setRemaining(caller.account(), resource, 0);
    }
    if (fault.orElse(null) instanceof Fault.SecondaryLimit limit) {
      return withQuota(Refusals.secondaryLimit(limit), call, caller, fault);
    }
    if (!within) {
      Fault.SecondaryLimit published = new Fault.SecondaryLimit(403, Optional.of("60"));
      return withQuota(Refusals.secondaryLimit(published), call, caller, fault);
    }
    if (call.cost() > 0 && quotas.exhausted(caller.account(), resource)) {
      return withQuota(
          Refusals.quotaExhausted(call, caller, faults.limitShape()), call, caller, fault);
    }
    if (fault.orElse(null) instanceof Fault.ForeignWriter()) {
      world.foreignCommit(SyncWorld.TRACKER);
    }
    Answer answer =
        switch (call) {
          case Call.GraphQl query -> {
            QuotaState after = spend(query, caller.account(), query.cost());
            yield graphQl.answer(query, caller, after, fault);
          }
          case Call.Rest request -> {
            Answer given = rest.answer(request, caller);
            // 304 is free, but only for those who authenticate.
            boolean free = given.status() == 304 && !caller.account().anonymous();
            spend(request, caller.account(), free ? 0 : request.cost());
            yield given;
          }
        };
    return withQuota(answer, call, caller, fault);
  }

  private Answer withQuota(Answer answer, Call call, Caller caller, Optional<Fault> fault) {
    return fault.orElse(null) instanceof Fault.NoQuotaHeaders()
        ? answer
        : headers.quota(answer, call.resource(), quotas.state(caller.account(), call.resource()));
  }

  private QuotaState spend(Call call, Account account, int points) {
    tally.points(points);
    return quotas.charge(account, call.resource(), points);
  }
}

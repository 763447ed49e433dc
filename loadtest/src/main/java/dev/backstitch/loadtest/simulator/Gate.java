package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.account.SignedClaim;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.QuotaBook;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Lets a request through in GitHub's order: its head, who sends it, the limits, then what it asks
/// for. Charges it and puts the state of the quota on the answer. Thread-safe.
final class Gate {

  private static final Fault.SecondaryLimit TOO_FAST =
      new Fault.SecondaryLimit(403, Optional.of("60"));

  private final Simulation simulation;
  private final GraphQlDesk graphQl;
  private final RestDesk rest;

  Gate(Simulation simulation, GraphQlDesk graphQl, RestDesk rest) {
    this.simulation = simulation;
    this.graphQl = graphQl;
    this.rest = rest;
  }

  /// Charges a request that failed before it was looked at: a GraphQL query that times out costs
  /// its points all the same.
  void chargeFailed(Call call) {
    if (call instanceof Call.GraphQl) {
      spend(call, account(call.request()).orElse(Account.ANONYMOUS), call.cost());
    }
  }

  /// Charges a request that was given up, and what is lost besides.
  void chargeTimedOut(Call call, int lost) {
    Account account = account(call.request()).orElse(Account.ANONYMOUS);
    spend(call, account, call.cost());
    simulation.quotas().lose(account, call.resource(), lost);
  }

  Answer answer(Call call, Optional<Fault> fault) {
    Optional<Answer> wrongHead = Refusals.head(call.request());
    if (wrongHead.isPresent()) {
      return checked(call, wrongHead.get());
    }
    Optional<SignedClaim> claim = claim(call.request());
    Optional<Account> account =
        fault.orElse(null) instanceof Fault.TokenExpired ? Optional.empty() : account(call, claim);
    Optional<Answer> refused = account.isPresent() ? Optional.empty() : refuseUnknown(call, claim);
    if (refused.isPresent()) {
      // The caller sees the quota of everybody without a token, which is not the one it spends.
      QuotaState anonymous = spend(call, Account.ANONYMOUS, 1);
      Answer refusal = checked(call, refused.get());
      return simulation.headers().quota(refusal, call.resource(), anonymous);
    }
    if (call.cost() > 0) {
      simulation.laws().spends(name(call), account.orElse(Account.ANONYMOUS), call.resource());
    }
    Caller caller = new Caller(account.orElse(Account.ANONYMOUS), token(call.request()));
    SecondaryLimits limits = simulation.secondaryLimits();
    long begin = System.nanoTime();
    boolean within = limits.begin(caller.account(), call.resource(), call.operation().isWrite());
    try {
      Answer answer =
          refuseByLimit(call, caller, within, fault)
              .map(refusal -> checked(call, refusal))
              .orElseGet(() -> answerAndCharge(call, caller, fault));
      return withQuota(answer, call, caller, fault);
    } finally {
      limits.end(caller.account(), call.resource(), took(call, fault, System.nanoTime() - begin));
    }
  }

  private Answer checked(Call call, Answer refusal) {
    if (call instanceof Call.Rest request) {
      rest.checkAnswer(request, refusal);
    }
    return refusal;
  }

  /// How long the client waits, which is all that it can know of the processor time that it costs.
  private Duration took(Call call, Optional<Fault> fault, long workedNanos) {
    Duration latency =
        call instanceof Call.GraphQl
            ? simulation.config().graphQlLatency()
            : simulation.config().restLatency();
    Duration worked = Duration.ofNanos(workedNanos);
    Duration least = worked.compareTo(latency) > 0 ? worked : latency;
    return fault.orElse(null) instanceof Fault.Slow(Duration delay) ? least.plus(delay) : least;
  }

  /// Who calls, if it is somebody who may ask for this at all: an App that speaks for itself is
  /// heard where nobody else is, and nowhere else.
  private Optional<Account> account(Call call, Optional<SignedClaim> claim) {
    if (!call.operation().isForApps()) {
      return account(call.request());
    }
    return claim.orElse(null) instanceof SignedClaim.Valid(Account app)
        ? Optional.of(app)
        : Optional.empty();
  }

  private Optional<SignedClaim> claim(Request request) {
    Instant shown = simulation.clock().shown(simulation.clock().now());
    return token(request).flatMap(token -> SignedClaim.read(token, simulation.apps(), shown));
  }

  /// The caller's account, if the request carries a valid token.
  private Optional<Account> account(Request request) {
    return token(request).flatMap(simulation.credentials()::account);
  }

  private static Optional<String> token(Request request) {
    return request.header("Authorization").flatMap(Credentials::token);
  }

  private static Optional<Answer> refuseUnknown(Call call, Optional<SignedClaim> claim) {
    if (call.operation().isForApps()) {
      return Optional.of(
          Refusals.unauthorized(
              claim.orElse(null) instanceof SignedClaim.Invalid(String message)
                  ? message
                  : "A JSON web token could not be decoded"));
    }
    if (call.request().header("Authorization").isPresent()) {
      return Optional.of(Refusals.badCredentials());
    }
    return call.operation().needsAccount()
        ? Optional.of(Refusals.authenticationRequired())
        : Optional.empty();
  }

  private Optional<Answer> refuseByLimit(
      Call call, Caller caller, boolean within, Optional<Fault> fault) {
    QuotaBook quotas = simulation.quotas();
    QuotaResource resource = call.resource();
    if (fault.orElse(null) instanceof Fault.QuotaExhausted) {
      quotas.setRemaining(caller.account(), resource, 0);
    }
    Optional<Fault.SecondaryLimit> secondary =
        fault.orElse(null) instanceof Fault.SecondaryLimit limit
            ? Optional.of(limit)
            : Optional.of(TOO_FAST).filter(_ -> !within);
    if (secondary.isPresent()) {
      simulation.laws().slowedDown(caller.account(), secondary.get().retryAfter());
      return secondary.map(Refusals::secondaryLimit);
    }
    if (call.cost() > 0 && quotas.exhausted(caller.account(), resource)) {
      Instant reset = quotas.state(caller.account(), resource).reset();
      simulation.laws().spent(caller.account(), resource, reset);
      return Optional.of(Refusals.quotaExhausted(call, caller, quotas.limitShape()));
    }
    return Optional.empty();
  }

  private static String name(Call call) {
    return call.request().method() + " " + call.request().target();
  }

  private Answer answerAndCharge(Call call, Caller caller, Optional<Fault> fault) {
    return switch (call) {
      case Call.GraphQl query -> {
        QuotaState after = spend(query, caller.account(), query.cost());
        yield graphQl.answer(query, caller, after, fault);
      }
      case Call.Git _ -> throw new IllegalStateException("git is answered elsewhere");
      case Call.Rest request -> {
        Answer given = rest.answer(request, caller, fault);
        // 304 is free, but only for those who authenticate.
        boolean free = given.status() == 304 && !caller.account().anonymous();
        spend(request, caller.account(), free ? 0 : request.cost());
        yield given;
      }
    };
  }

  private Answer withQuota(Answer answer, Call call, Caller caller, Optional<Fault> fault) {
    QuotaState state = simulation.quotas().state(caller.account(), call.resource());
    if (fault.orElse(null) instanceof Fault.NoQuotaHeaders) {
      return answer;
    }
    QuotaState told =
        fault.orElse(null) instanceof Fault.OtherWindow(int used, Duration left)
            ? otherWindow(state, used, left)
            : state;
    return simulation.headers().quota(answer, call.resource(), told);
  }

  private QuotaState otherWindow(QuotaState state, int used, Duration left) {
    return new QuotaState(
        state.limit(),
        Math.max(0, state.limit() - used),
        used,
        simulation.clock().now().plus(left));
  }

  private QuotaState spend(Call call, Account account, int points) {
    simulation.tally().points(points);
    return simulation.quotas().charge(account, call.resource(), points);
  }
}

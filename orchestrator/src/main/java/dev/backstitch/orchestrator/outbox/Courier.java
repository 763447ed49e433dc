package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.outbox.Settled.Fate;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One errand: take what is due for a target, send it or ask about it, and write down what became
/// of it.
///
/// Decides what an outcome means for the next try; when to run an errand is the [Deliverer]'s. Safe
/// for any thread if what it was given is.
final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  /// For how long a target is left alone when its server has told us off too often.
  private static final Duration WHEN_REFUSED = Duration.ofMinutes(1);

  /// Whoever is told to come back at once comes back a little later.
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);

  private final Outbox outbox;
  private final Function<String, PostTarget> targets;
  private final Bearings bearings;
  private final OutboxConfig config;
  private final Outbox.Terms terms;

  /// What a courier goes by.
  ///
  /// @param nanoTime measures how long it takes to begin
  /// @param jitter evenly distributed in `[0, 1)`
  record Bearings(
      long workerId, Deliverer.Gates gates, LongSupplier nanoTime, DoubleSupplier jitter) {}

  /// @param targets who delivers to a kind of target; asked for the terms' kinds only
  Courier(
      Outbox outbox,
      List<String> kinds,
      Function<String, PostTarget> targets,
      Bearings bearings,
      OutboxConfig config) {
    this.outbox = outbox;
    this.targets = targets;
    this.bearings = bearings;
    this.config = config;
    this.terms = new Outbox.Terms(kinds, config.batch(), config.lease(), config.breaker());
  }

  /// Something to do.
  ///
  /// @param askedNanos before which the lease can't have begun
  record Errand(Outbox.Taken taken, long askedNanos) {}

  /// Takes what is due for one target, if there is something.
  Optional<Errand> look() {
    long asked = bearings.nanoTime().getAsLong();
    return outbox.take(bearings.workerId(), terms).map(taken -> new Errand(taken, asked));
  }

  /// Does it. What is thrown comes from the database: then the versions stay in doubt.
  void run(Errand errand) {
    Outbox.Taken taken = errand.taken();
    Result result = permitted(errand);
    // With an interrupt pending nothing could be written down.
    boolean interrupted = Thread.interrupted();
    boolean ours;
    try {
      ours =
          outbox.finish(
              new Outbox.Report(
                  taken.deliveryId(),
                  result.settled(),
                  config.retry().attempts(),
                  pause(taken, result),
                  result.receipt()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (ours) {
      result.log(taken);
    } else {
      log.warn(
          "event=delivery_overtaken target=\"{}\" delivery={} posts={}",
          taken.target(),
          taken.deliveryId(),
          taken.posts().size());
    }
  }

  private record Result(List<Settled> settled, @Nullable String receipt, Duration later) {

    static Result of(List<Settled> settled) {
      return new Result(settled, null, Duration.ZERO);
    }

    /// Nothing is known that was not known before, and nobody is bothered for a time.
    static Result nothingYet(Duration later) {
      return new Result(List.of(), null, later);
    }

    boolean has(Fate... fates) {
      List<Fate> wanted = List.of(fates);
      return settled.stream().anyMatch(each -> wanted.contains(each.fate()));
    }

    void log(Outbox.Taken taken) {
      if (settled.isEmpty()) {
        return;
      }
      long delivered = settled.stream().filter(each -> each.fate() == Fate.DELIVERED).count();
      String problem =
          settled.stream().map(Settled::problem).filter(Objects::nonNull).findFirst().orElse("");
      if (problem.isEmpty()) {
        log.info(
            "event=delivered target=\"{}\" delivery={} posts={} of={}",
            taken.target(),
            taken.deliveryId(),
            delivered,
            settled.size());
      } else {
        log.warn(
            "event=not_delivered target=\"{}\" delivery={} posts={} of={} reason=\"{}\"",
            taken.target(),
            taken.deliveryId(),
            settled.size() - delivered,
            settled.size(),
            problem);
      }
    }
  }

  // ------------------------------------------------------------------ quota

  /// The ledger is asked before anything is sent. Whoever must wait has not tried: no attempt, and
  /// nothing for the circuit breaker to count.
  private Result permitted(Errand errand) {
    Outbox.Taken taken = errand.taken();
    PostTarget target = targets.apply(taken.target().kind());
    Admission admission;
    try {
      QuotaUse use = target.quota(taken.target(), taken.asks());
      admission =
          use == null
              ? new Admission.Granted(Permit.NONE)
              : bearings.gates().quota().ask(use, "delivery " + taken.deliveryId(), false);
    } catch (RuntimeException e) {
      // The need is user code. What was to be asked about stays in doubt.
      return Result.of(each(taken, taken.asks() ? Fate.UNKNOWN : Fate.RETRY, problem(e)));
    }
    return switch (admission) {
      case Admission.Granted(Permit permit) -> {
        try (permit) {
          yield taken.asks() ? ask(taken, target, permit) : send(errand, target, permit);
        }
      }
      case Admission.Wait(var until, var reason) ->
          tooEarly(
              taken, Duration.between(bearings.gates().databaseClock().instant(), until), reason);
      case Admission.Refused(var reason) -> tooEarly(taken, WHEN_REFUSED, reason);
    };
  }

  private static Result tooEarly(Outbox.Taken taken, Duration wait, String reason) {
    Duration later = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    log.info(
        "event=delivery_waits target=\"{}\" delivery={} posts={} seconds={} reason=\"{}\"",
        taken.target(),
        taken.deliveryId(),
        taken.posts().size(),
        later.toSeconds(),
        reason);
    if (taken.asks()) {
      // A doubt that is not settled stays one.
      return Result.nothingYet(later);
    }
    return new Result(
        taken.posts().stream()
            .map(post -> new Settled(post.key(), Fate.LATER, reason, later))
            .toList(),
        null,
        later);
  }

  // ------------------------------------------------------------------ sending

  private Result send(Errand errand, PostTarget target, Permit permit) {
    Outbox.Taken taken = errand.taken();
    if (!mayBegin(errand)) {
      return Result.of(each(taken, Fate.ABSENT, null));
    }
    List<PostTarget.Item> items =
        taken.posts().stream()
            .map(post ->
                new PostTarget.Item(
                    post.key(),
                    post.version(),
                    Objects.requireNonNull(post.contentJson()),
                    post.attempts() + 1))
            .toList();
    List<PostOutcome> outcomes;
    try {
      outcomes =
          target.deliver(
              new PostTarget.Delivery(taken.deliveryId(), taken.target(), items, permit));
    } catch (Exception e) {
      return Result.of(each(taken, Fate.UNKNOWN, problem(e)));
    }
    if (outcomes.size() != items.size()) {
      return Result.of(
          each(taken, Fate.UNKNOWN, outcomes.size() + " outcomes for " + items.size() + " posts"));
    }
    return settled(taken, outcomes);
  }

  /// Whoever comes late would send what others, behind the end of the lease, have sent before.
  private boolean mayBegin(Errand errand) {
    long waited = bearings.nanoTime().getAsLong() - errand.askedNanos();
    return waited < config.grace().toNanos() && bearings.gates().isCurrent().getAsBoolean();
  }

  private Result settled(Outbox.Taken taken, List<PostOutcome> outcomes) {
    List<Settled> settled = new ArrayList<>();
    String receipt = null;
    Duration later = Duration.ZERO;
    for (int i = 0; i < outcomes.size(); i++) {
      Outbox.Post post = taken.posts().get(i);
      switch (outcomes.get(i)) {
        case PostOutcome.Delivered(String name) -> {
          settled.add(Settled.of(post.key(), Fate.DELIVERED));
          receipt = name == null ? receipt : name;
        }
        case PostOutcome.Failed(String problem) ->
            settled.add(new Settled(post.key(), Fate.RETRY, problem, backoff(post)));
        case PostOutcome.Unknown(String problem) ->
            settled.add(
                new Settled(post.key(), Fate.UNKNOWN, problem, config.grace().plus(backoff(post))));
        case PostOutcome.Refused(String problem) ->
            settled.add(new Settled(post.key(), Fate.REFUSED, problem, Duration.ZERO));
        case PostOutcome.Later(String reason, Duration wait) -> {
          settled.add(new Settled(post.key(), Fate.LATER, reason, wait));
          later = later.compareTo(wait) < 0 ? wait : later;
        }
      }
    }
    return new Result(settled, receipt, later);
  }

  private Duration backoff(Outbox.Post post) {
    return config.retry().delayAfter(post.attempts() + 1, bearings.jitter().getAsDouble());
  }

  // ------------------------------------------------------------------ asking

  private Result ask(Outbox.Taken taken, PostTarget target, Permit permit) {
    List<PostTarget.Doubt> doubts =
        taken.posts().stream()
            .map(post ->
                new PostTarget.Doubt(
                    post.key(),
                    post.version(),
                    post.sentBy(),
                    Objects.requireNonNullElse(post.contentJson(), "null")))
            .toList();
    List<PostTarget.ReadBack> answers;
    try {
      answers = target.readBack(taken.target(), doubts, permit);
    } catch (DeferredException early) {
      return tooEarly(taken, early.delay(), early.reason());
    } catch (Exception e) {
      return Result.of(each(taken, Fate.UNKNOWN, problem(e)));
    }
    if (answers.size() != doubts.size()) {
      return Result.of(
          each(taken, Fate.UNKNOWN, answers.size() + " answers for " + doubts.size() + " doubts"));
    }
    List<Settled> settled = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Fate fate =
          switch (answers.get(i)) {
            case LANDED -> Fate.DELIVERED;
            case ABSENT -> Fate.ABSENT;
            case UNSURE -> Fate.UNSURE;
          };
      settled.add(Settled.of(doubts.get(i).key(), fate));
    }
    return Result.of(settled);
  }

  // ------------------------------------------------------------------ trouble

  private List<Settled> each(Outbox.Taken taken, Fate fate, @Nullable String problem) {
    return taken.posts().stream()
        .map(post ->
            new Settled(
                post.key(),
                fate,
                problem,
                fate == Fate.UNKNOWN ? config.grace().plus(backoff(post)) : Duration.ZERO))
        .toList();
  }

  /// How long the target is left alone: as long as it says, or for a growing time when the breaker
  /// has counted enough.
  private Duration pause(Outbox.Taken taken, Result result) {
    if (!result.later().isZero()) {
      return result.later();
    }
    int failures = taken.failures() + 1;
    boolean failed =
        result.has(Fate.RETRY, Fate.UNKNOWN) && !result.has(Fate.DELIVERED, Fate.REFUSED);
    return failed && failures >= config.breaker()
        ? config
            .pause()
            .delayAfter(failures - config.breaker() + 1, bearings.jitter().getAsDouble())
        : Duration.ZERO;
  }

  /// An interrupt is kept for whoever owns the thread.
  private static String problem(Exception thrown) {
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return "interrupted while it was on its way";
    }
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }
}

package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.http.Handler;
import dev.backstitch.loadtest.simulator.http.Reply;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where every request comes in: it is counted, it meets its fault before or after the [Gate] has
/// answered it, and its answer is held back until GitHub's would come. Thread-safe.
final class FrontDoor implements Handler {

  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

  private static final int GZIP_FROM_BYTES = 1_000;

  private final Simulation simulation;
  private final Gate gate;
  private final GitDesk git;

  FrontDoor(Simulation simulation, Gate gate, GitDesk git) {
    this.simulation = simulation;
    this.gate = gate;
    this.git = git;
  }

  @Override
  public Reply handle(Request request) throws InterruptedException {
    long begin = System.nanoTime();
    Reply reply;
    try {
      reply = reply(request);
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // The simulator is being closed, and what was read or slept was cut off: nobody's fault.
        throw cutOff(e);
      }
      String name = request.method() + " " + request.target();
      LOG.error("The simulator failed at {}", name, e);
      simulation
          .violations()
          .record(new Violation(Violation.Side.SIMULATOR, name, List.of(e.toString())));
      reply = Refusals.simulatorBroken(e);
    }
    simulation.tally().reply(reply);
    // Our own work is part of the latency, so that checking the contract makes nobody slower.
    Duration worked = Duration.ofNanos(System.nanoTime() - begin);
    Duration rest = latency(request).minus(worked);
    if (rest.isPositive()) {
      Thread.sleep(rest);
    }
    return reply;
  }

  private static InterruptedException cutOff(RuntimeException cause) {
    var interrupted = new InterruptedException("closed while a request was answered");
    interrupted.initCause(cause);
    return interrupted;
  }

  private Reply reply(Request request) throws InterruptedException {
    if (!request.isWellFormed()) {
      String name = request.method() + " " + request.target();
      simulation
          .violations()
          .record(new Violation(Violation.Side.CLIENT, name, List.of("no proper URL encoding")));
      return simulation.headers().common(RestApi.error(400, "Bad Request"));
    }
    String address = "http://" + request.header("Host").orElse("localhost");
    Call call = Call.read(request, simulation.world().forge(), address);
    simulation.tally().request(call.operation());
    if (!call.problems().isEmpty()) {
      // Before anything refuses or strikes it: a wrong request stays wrong when it meets trouble.
      String name = request.method() + " " + request.target();
      simulation.violations().record(new Violation(Violation.Side.CLIENT, name, call.problems()));
    }
    if (!call.operation().isGit()) {
      simulation.laws().asked(request);
    }
    Optional<Fault> fault = simulation.faults().strike(call.operation(), call.aliases());
    return fault.isPresent() ? struck(call, fault.get()) : answer(call, fault);
  }

  private Duration latency(Request request) {
    return Call.isGraphQl(request)
        ? simulation.config().graphQlLatency()
        : simulation.config().restLatency();
  }

  /// What a fault delays it delays by sleeping: that the client waits is the fault. Each request
  /// has a thread of its own, and closing the simulator interrupts it.
  private Reply struck(Call call, Fault fault) throws InterruptedException {
    Optional<Fault> struck = Optional.of(fault);
    return switch (fault) {
      case Fault.ResetBeforeWrite() -> new Reply.Reset();
      case Fault.Status(int status) -> {
        gate.chargeFailed(call);
        yield simulation.headers().common(Refusals.failure(call, status));
      }
      case Fault.TimedOut(int status, Duration after, int points) -> {
        gate.chargeTimedOut(call, points);
        Thread.sleep(after);
        yield simulation.headers().common(Refusals.failure(call, status));
      }
      case Fault.EchoedAuthorization(int status) ->
          simulation
              .headers()
              .common(
                  RestApi.error(
                      status,
                      "Not allowed with " + call.request().header("Authorization").orElse("none")));
      case Fault.ResetAfterWrite() -> {
        answer(call, struck);
        yield new Reply.Reset();
      }
      case Fault.StatusAfterWrite(int status) -> {
        answer(call, struck);
        yield simulation.headers().common(Refusals.failure(call, status));
      }
      case Fault.CutShort() -> {
        Answer whole = answer(call, struck);
        yield new Reply.CutShort(whole, whole.body().size() / 2);
      }
      case Fault.Slow(Duration delay) -> {
        Thread.sleep(delay);
        yield answer(call, struck);
      }
      case Fault.Late(Duration delay) -> {
        Answer answer = answer(call, struck);
        Thread.sleep(delay);
        yield answer;
      }
      case Fault.SlowBody(Duration delay) -> new Reply.Slow(answer(call, struck), delay);
      case Fault.SentElsewhere(int status) -> {
        gate.chargeFailed(call);
        yield simulation
            .headers()
            .common(
                RestApi.error(status, "Moved")
                    .with("Location", simulation.elsewhere().address(call.request())));
      }
      case Fault.WorldMoves(Fault.Move move) -> {
        move(move);
        yield answer(call, struck);
      }
      case Fault.ForeignWriter() -> {
        simulation.world().foreignCommit(SyncWorld.TRACKER);
        yield answer(call, struck);
      }
      case Fault.NoQuotaHeaders _,
          Fault.OtherWindow _,
          Fault.HalfBody _,
          Fault.PartialData _,
          Fault.UnseenObjects _,
          Fault.BranchProtected _,
          Fault.RefRefused _,
          Fault.ShownFull _,
          Fault.Stale _,
          Fault.TokenExpired _,
          Fault.QuotaExhausted _,
          Fault.SecondaryLimit _ ->
          answer(call, struck);
    };
  }

  private void move(Fault.Move move) {
    SyncWorld world = simulation.world();
    int number =
        world.openPullRequests().reversed().stream()
            .filter(one -> one.headRepository().isPresent())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No open pull request is left to move"))
            .number();
    switch (move) {
      case PUSH -> world.pushProgressTo(number);
      case FORCE_PUSH -> world.forcePush(number);
      case CLOSE -> world.closePullRequest(number);
      case DELETE_FORK -> world.deleteFork(number);
      case DELETE_AUTHOR -> world.deleteAuthor(number);
    }
  }

  private Answer answer(Call call, Optional<Fault> fault) {
    Answer given =
        call instanceof Call.Git request ? git.answer(request) : gate.answer(call, fault);
    Answer whole = simulation.headers().common(given);
    Answer answer =
        fault.orElse(null) instanceof Fault.HalfBody
            ? new Answer(whole.status(), whole.headers(), whole.body().firstHalf())
            : whole;
    // No git host compresses a pack again.
    boolean gzip =
        !call.operation().isGit()
            && call.request().header("Accept-Encoding").orElse("").contains("gzip")
            && answer.body().size() >= GZIP_FROM_BYTES;
    return gzip ? answer.gzip() : answer;
  }
}

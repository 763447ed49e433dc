package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.checkpoint.SimulatedLane;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.simulation.Simulation;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Those who have something to say to runs. A sender that is not answered in time asks again; what
/// it asked before may still be on its way, and arrive later than what it says next.
final class SimulatedSenders {
  private static final int MOST_WAITING = 4;
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Duration SLOW_WAY = Duration.ofMillis(900);
  private static final Duration WAY = Duration.ofMillis(5);

  private final Simulation simulation;
  private final SplittableRandom chance;
  private final SimulatedDatabase database;
  private final SimulatedLane.Network network;
  private final Correspondence correspondence;
  private final boolean forgetsIds;
  private final Set<RunId> known = new HashSet<>();
  private final Set<RunId> asked = new HashSet<>();
  private int attempts;

  /// @param forgetsIds whether a sender that asks again does so under another id, which is wrong
  SimulatedSenders(
      Simulation simulation,
      SimulatedDatabase database,
      SimulatedLane.Network network,
      Correspondence correspondence,
      boolean forgetsIds) {
    this.simulation = simulation;
    this.chance = simulation.chance();
    this.database = database;
    this.network = network;
    this.correspondence = correspondence;
    this.forgetsIds = forgetsIds;
  }

  /// Somebody was told of a run: some will write to it, and few want it to end.
  void hearOf(RunId run) {
    if (!known.add(run)) {
      return;
    }
    int senders = chance.nextInt(3);
    for (int i = 0; i < senders; i++) {
      Correspondence.Letter first = new Correspondence.Letter(run, "sender " + i, 0);
      int letters = 1 + chance.nextInt(5);
      later(Duration.ofSeconds(4), () -> send(first, letters));
    }
    if (chance.nextInt(10) == 0) {
      later(Duration.ofSeconds(5), () -> cancelOnce(run));
    }
    if (chance.nextInt(10) == 0) {
      later(Duration.ofSeconds(5), () -> terminate(run));
    }
  }

  private void later(Duration most, Runnable what) {
    simulation.after(simulation.within(most), null, what);
  }

  private void send(Correspondence.Letter letter, int letters) {
    untilAnswered(
        () -> send(letter),
        answer -> {
          correspondence.answered(letter, answer);
          if (answer instanceof SendResult.Full) {
            later(Duration.ofMillis(500), () -> send(letter, letters));
          } else if (answer instanceof SendResult.Accepted && letters > 1) {
            Correspondence.Letter next =
                new Correspondence.Letter(letter.run(), letter.sender(), letter.number() + 1);
            boolean atOnce = chance.nextBoolean();
            later(atOnce ? WAY : Duration.ofSeconds(1), () -> send(next, letters - 1));
          }
        });
  }

  private SendResult send(Correspondence.Letter letter) {
    String id = letter.sender() + "-" + letter.number() + (forgetsIds ? "-" + ++attempts : "");
    Event.SignalReceived signal =
        new Event.SignalReceived(
            SimulatedProgram.WORD,
            id,
            letter.sender(),
            Payload.ofJson(Integer.toString(letter.number())));
    SendResult answer = database.inbox().send(letter.run(), "signal:" + id, signal, MOST_WAITING);
    simulation.tell(letter + " arrives: " + answer);
    return answer;
  }

  /// Asks a run to end, unless somebody has done so before.
  void cancelOnce(RunId run) {
    if (asked.add(run)) {
      cancel(run);
    }
  }

  private void cancel(RunId run) {
    Event.CancelRequested request = new Event.CancelRequested("operator", "enough");
    untilAnswered(
        () -> {
          SendResult answer = database.inbox().send(run, "cancel", request, MOST_WAITING);
          simulation.tell("a cancellation of run " + run + " arrives: " + answer);
          return answer;
        },
        answer -> {
          switch (answer) {
            case SendResult.Accepted _ -> correspondence.cancelAccepted(run);
            case SendResult.Full _ -> later(Duration.ofMillis(500), () -> cancel(run));
            case SendResult.Closed _, SendResult.UnknownRun _ -> {}
          }
        });
  }

  private void terminate(RunId run) {
    Event.RunTerminated event = new Event.RunTerminated("operator", "at once");
    untilAnswered(
        () -> {
          Optional<RunStatus> before = database.inbox().terminate(run, event);
          simulation.tell("a termination of run " + run + " arrives: it was " + before);
          return before;
        },
        before -> {
          if (before.filter(status -> !status.isClosed()).isPresent()) {
            correspondence.terminated(run);
          }
        });
  }

  private <T> void untilAnswered(Supplier<T> ask, Consumer<T> heard) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!network.losesRequest()) {
      later(
          chance.nextInt(8) == 0 ? SLOW_WAY : WAY,
          () -> {
            T there = ask.get();
            if (!network.losesAnswer()) {
              later(WAY, () -> answer.complete(there));
            }
          });
    }
    simulation.after(
        TIMEOUT,
        null,
        () -> {
          if (answer.cancel(false)) {
            untilAnswered(ask, heard);
          }
        });
    var _ = answer.thenAccept(heard);
  }
}

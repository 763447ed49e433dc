package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.Attempt;
import dev.backstitch.orchestrator.activity.Interest;
import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.replay.OpenWork;
import dev.backstitch.orchestrator.replay.Replayer;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.time.Instant;
import java.util.function.Consumer;

/// Makes the attempts of one run, which report to its mailbox.
///
/// @param deliver puts a fact into the run's mailbox, on any thread
record Attempts(RunId id, String queue, Replayer replayer, Consumer<Fact> deliver) {

  /// The next attempt at an open call.
  Attempt next(OpenWork.OpenActivity open, Interest interest) {
    int ordinal = open.ordinal();
    ActivityDefinition definition = replayer.definition(ordinal);
    Instant deadline =
        open.scheduledAt().plus(definition.options().scheduleToClose()).plus(open.deferred());
    return new Attempt(
        new ActivityContext(id, ordinal, open.attempt()),
        definition,
        replayer.call(ordinal),
        deadline,
        open.deferred().isPositive(),
        queue,
        interest,
        new Attempt.Listener() {
          @Override
          public void ended(Event event) {
            deliver.accept(new Fact.Attempted(ordinal, event));
          }

          @Override
          public void withdrawn() {
            deliver.accept(new Fact.Withdrawn(ordinal));
          }
        });
  }
}

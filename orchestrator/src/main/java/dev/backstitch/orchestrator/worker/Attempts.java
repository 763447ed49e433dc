package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.Attempt;
import dev.backstitch.orchestrator.activity.Interest;
import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.replay.OpenWork;
import dev.backstitch.orchestrator.replay.Replayer;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.time.Instant;

/// Makes the attempts of one run, which report to its mailbox.
record Attempts(LoadedRun run, Replayer replayer) {

  /// The next attempt at an open call.
  Attempt next(OpenWork.OpenActivity open, Interest interest) {
    int ordinal = open.ordinal();
    ActivityDefinition definition = replayer.definition(ordinal);
    Instant deadline =
        open.scheduledAt().plus(definition.options().scheduleToClose()).plus(open.deferred());
    return new Attempt(
        new ActivityContext(run.id(), ordinal, open.attempt()),
        definition,
        replayer.call(ordinal),
        deadline,
        open.deferred().isPositive(),
        run.queue(),
        interest,
        new Attempt.Listener() {
          @Override
          public void ended(Event event) {
            run.deliver(new Fact.Attempted(ordinal, event));
          }

          @Override
          public void endedLast(Event event) {
            run.deliverHere(new Fact.Attempted(ordinal, event));
          }

          @Override
          public void withdrawn() {
            run.deliver(new Fact.Withdrawn(ordinal));
          }
        });
  }
}

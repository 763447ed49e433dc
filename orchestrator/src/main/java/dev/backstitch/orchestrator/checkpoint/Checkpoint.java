package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one run asks to be made durable at once.
///
/// @param start present for a new run
/// @param events new events, in order
/// @param taken the inbox messages that the events came from, or that are doubles of earlier ones
/// @param listener told on the lane's thread, so it must not block
public record Checkpoint(
    RunId runId,
    @Nullable Start start,
    List<RecordedEvent> events,
    List<Long> taken,
    RunChange change,
    Listener listener) {

  /// Copies the lists.
  public Checkpoint {
    events = List.copyOf(events);
    taken = List.copyOf(taken);
  }

  /// A new run's row.
  ///
  /// @param priority 0 to 9, 9 is claimed first
  /// @param here whether this worker has it in memory; otherwise it is due at once for any worker
  public record Start(
      String workflow,
      @Nullable String key,
      String queue,
      int priority,
      boolean here,
      Instant at) {}

  /// What happens to a run's row.
  public sealed interface RunChange {

    /// Nothing: the usual case.
    record None() implements RunChange {}

    /// It is over.
    record Closed(RunStatus status, Instant at) implements RunChange {}

    /// It leaves memory.
    ///
    /// @param wakeAt when it must be loaded again; null if only a message can wake it
    record Parked(@Nullable Instant wakeAt) implements RunChange {}

    /// Its code and its history disagree, or its rows can't be written.
    record Stuck(String problem) implements RunChange {
      private static final int LONGEST = 10_000;

      /// Makes it fit for a text column, which holds no NUL, and readable: a problem that can't be
      /// written would leave the run in nobody's hands.
      public Stuck {
        String printable = problem.replace('\0', '\ufffd');
        problem =
            printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
      }
    }
  }

  /// Who wants to know how it went. Exactly one of [#durable], [#lost] and [#refused] is called,
  /// and once, unless the checkpoint was withdrawn or the worker loses its fence.
  public interface Listener {

    /// Asked on the lane's thread before a checkpoint is written: true if it must not be any more,
    /// because an earlier one of the same run was lost or refused. Events behind a gap would
    /// corrupt the history.
    boolean withdrawn();

    /// Everything is committed.
    void durable();

    /// Another open run holds the business key; nothing of this run was written.
    ///
    /// @param holder the run that holds it, unless it has been closed since
    void lost(Optional<RunId> holder);

    /// The server refuses these rows, and would refuse them again.
    void refused(String problem);
  }
}

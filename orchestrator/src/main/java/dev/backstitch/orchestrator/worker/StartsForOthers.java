package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.lease.LeaseLostException;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Starts that are made durable here and left to whoever has room: of a queue that this worker does
/// not serve, or has no room for.
///
/// Safe for any thread.
final class StartsForOthers {
  private final Consumer<Checkpoint> lane;
  private final Map<RunId, CompletableFuture<StartResult>> pending = new ConcurrentHashMap<>();
  private volatile boolean over;

  StartsForOthers(Consumer<Checkpoint> lane) {
    this.lane = lane;
  }

  CompletableFuture<StartResult> start(RunId id, NewRun run, Instant now) {
    CompletableFuture<StartResult> started = new CompletableFuture<>();
    pending.put(id, started);
    lane.accept(
        new Checkpoint(
            id,
            run.row(false, now),
            List.of(new RecordedEvent(id, 1, now, run.event())),
            List.of(),
            new Checkpoint.RunChange.None(),
            new Answer(id)));
    if (over) {
      drop();
    }
    return started;
  }

  /// The worker is no more: what has not been answered may or may not have been written.
  void drop() {
    over = true;
    for (RunId id : pending.keySet()) {
      taken(id).completeExceptionally(new LeaseLostException(id));
    }
  }

  private final class Answer implements Checkpoint.Listener {
    private final RunId id;

    Answer(RunId id) {
      this.id = id;
    }

    @Override
    public boolean withdrawn() {
      return false;
    }

    @Override
    public void durable() {
      taken().complete(new StartResult.Started(id));
    }

    @Override
    public void lost(Optional<RunId> holder) {
      CompletableFuture<StartResult> started = taken();
      holder.ifPresentOrElse(
          runId -> started.complete(new StartResult.AlreadyOpen(runId)),
          () -> started.completeExceptionally(new KeyContendedException(id)));
    }

    @Override
    public void refused(String problem) {
      taken().completeExceptionally(new IllegalStateException(problem));
    }

    private CompletableFuture<StartResult> taken() {
      return StartsForOthers.this.taken(id);
    }
  }

  /// Taken by one only, since an entry is removed by one only; the others get a future that nobody
  /// waits for.
  private CompletableFuture<StartResult> taken(RunId id) {
    CompletableFuture<StartResult> started = pending.remove(id);
    return started == null ? new CompletableFuture<>() : started;
  }
}

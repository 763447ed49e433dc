package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.run.RunId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The statement by which a run is started in somebody else's transaction.
final class StartStore {
  private StartStore() {}

  private static final String START =
      """
      select backstitch.start_run_v1(
        :workerId, :build, :runId, :workflow, :key, :queue, :priority::smallint, :payload)
      """;

  /// Who writes the event.
  record Writer(long workerId, String build) {}

  /// Starts a run for whoever has room.
  ///
  /// @return the open run that has the key, if one has: then nothing was started
  static Optional<RunId> start(Handle handle, Writer writer, RunId id, NewRun run) {
    return handle
        .createQuery(START)
        .bind("workerId", writer.workerId())
        .bind("build", writer.build())
        .bind("runId", id.value())
        .bind("workflow", run.event().workflow())
        .bind("key", run.event().key())
        .bind("queue", run.queue())
        .bind("priority", run.priority())
        .bind("payload", EventCodec.encode(run.event()).utf8())
        .mapTo(Long.class)
        .findOne()
        .map(RunId::new);
  }
}

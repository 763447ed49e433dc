package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.worker.NewRun;
import dev.backstitch.orchestrator.worker.Worker;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// A transaction in which runs are started beside other changes, see [Orchestrator#inTransaction].
/// Belongs to one thread, as its handle does.
public final class RunTransaction {
  private final Handle handle;
  private final Starts starts;

  private RunTransaction(Handle handle, Starts starts) {
    this.handle = handle;
    this.starts = starts;
  }

  /// For the statements of stores.
  public Handle handle() {
    return handle;
  }

  /// Starts a run, for whichever worker has room, unless one with the same workflow and key is
  /// open.
  ///
  /// @throws InvalidRequestException if the request can't be served as it stands
  public StartResult start(StartRequest request) {
    return starts.start(handle, request);
  }

  /// The starts of one call, also if its transaction is tried again.
  static final class Starts {
    private final Worker worker;
    private final Function<StartRequest, NewRun> validated;
    private boolean any;

    Starts(Worker worker, Function<StartRequest, NewRun> validated) {
      this.worker = worker;
      this.validated = validated;
    }

    RunTransaction in(Handle handle) {
      return new RunTransaction(handle, this);
    }

    /// Whether something was started.
    boolean any() {
      return any;
    }

    private StartResult start(Handle handle, StartRequest request) {
      StartResult result = worker.startIn(handle, validated.apply(request));
      any |= result instanceof StartResult.Started;
      return result;
    }
  }
}

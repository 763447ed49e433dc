package dev.backstitch.api.sync;

import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Stands for the sync of GitHub: says what it was asked for, and takes as long as the test wants.
public final class RecordedSyncs implements WorkflowModule {
  private final List<SyncRequest> requests = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /// The work of a sync.
  public record Work(SyncRequest request) implements Call<String> {}

  static final class Recorded implements Workflow<SyncRequest, String> {
    @Override
    public String run(RunContext run, SyncRequest request) {
      return run.call(new Work(request));
    }
  }

  @Override
  public String name() {
    return "recorded-syncs";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow("progress-sync", Recorded::new);
    registry.activity(
        Work.class,
        (call, _) -> {
          requests.add(call.request());
          gate.await();
          return call.request().repository();
        },
        options -> options);
  }

  /// What was asked for so far.
  public List<SyncRequest> requests() {
    return List.copyOf(requests);
  }

  /// From now on syncs do not end.
  public void holdUp() {
    gate = new CountDownLatch(1);
  }

  /// Lets them end.
  public void letGo() {
    gate.countDown();
  }
}

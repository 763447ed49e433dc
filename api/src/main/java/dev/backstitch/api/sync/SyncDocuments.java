package dev.backstitch.api.sync;

import dev.backstitch.api.sync.SyncState.SyncRun;
import java.util.List;

/// The answers about syncs that are not one of their values themselves.
final class SyncDocuments {
  private SyncDocuments() {}

  /// All syncs, by name.
  record SyncList(List<SyncState> syncs) {
    SyncList {
      syncs = List.copyOf(syncs);
    }
  }

  /// The runs of a sync, newest first.
  record SyncRuns(String name, List<SyncRun> runs) {
    SyncRuns {
      runs = List.copyOf(runs);
    }
  }

  /// Runs that somebody asked for.
  record AskedRuns(String name, boolean dryRun, List<Syncs.Asked> runs) {
    AskedRuns {
      runs = List.copyOf(runs);
    }
  }

  /// A sync that is gone.
  record Deleted(String name) {}
}

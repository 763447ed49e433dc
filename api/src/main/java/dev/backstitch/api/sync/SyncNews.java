package dev.backstitch.api.sync;

import dev.backstitch.api.sync.FiringStore.Listener;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/// Where syncs are told of pull requests. Safe for any thread.
///
/// The first news make a repository due a while later, so that one run and one commit serve all
/// that come meanwhile.
public final class SyncNews {
  private final Duration gather;
  private final Runnable whenTold;

  /// Tells syncs.
  ///
  /// @param gather how long more news are waited for
  /// @param whenTold told when a sync will be due
  public SyncNews(Duration gather, Runnable whenTold) {
    this.gather = gather;
    this.whenTold = whenTold;
  }

  /// Tells every sync that listens to this repository and this base branch, in the caller's
  /// transaction.
  ///
  /// @return how many
  public int tell(Handle handle, String repository, String base, PullRequestNews news) {
    int told = 0;
    for (Listener listener : FiringStore.listeners(handle, repository)) {
      SyncConfig config = Syncs.config(listener.config());
      if (config.webhook() && config.base().equals(base)) {
        FiringStore.addNews(handle, listener, Syncs.text(news), gather);
        told++;
      }
    }
    return told;
  }

  /// The caller's transaction has committed.
  public void told() {
    whenTold.run();
  }
}

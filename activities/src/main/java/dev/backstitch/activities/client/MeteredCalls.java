package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Turns code that talks to GitHub into activity handlers: problems become what the engine knows,
/// and what failed attempts have used is remembered for the attempt that returns. Thread-safe.
///
/// The memory is this process's own and bounded: after a crash, or for a call that never returns,
/// the use of lost attempts is missing from results (but never from the quota ledger).
public final class MeteredCalls {
  private static final int MAX_REMEMBERED = 10_000;

  private final LinkedHashMap<String, ApiUse> byKey = new LinkedHashMap<>();

  /// Code that talks to GitHub and lets a [Meter] count what it uses.
  @FunctionalInterface
  public interface MeteredHandler<C extends Call<R>, R extends @Nullable Object> {

    /// Serves one call.
    ///
    /// @throws GitHubException if GitHub did not do what was asked
    R handle(C call, ActivityContext context, Meter meter) throws InterruptedException;
  }

  /// A handler for the engine, on behalf of no repository.
  public <C extends Call<R>, R extends @Nullable Object> ActivityHandler<C, R> handler(
      MeteredHandler<C, R> handler) {
    return metered(_ -> null, handler);
  }

  /// A handler for the engine.
  ///
  /// @param home the repository on whose behalf a call is
  public <C extends Call<R>, R extends @Nullable Object> ActivityHandler<C, R> handler(
      Function<C, Repository> home, MeteredHandler<C, R> handler) {
    return metered(home, handler);
  }

  private <C extends Call<R>, R extends @Nullable Object> ActivityHandler<C, R> metered(
      Function<? super C, ? extends @Nullable Repository> home, MeteredHandler<C, R> handler) {
    return (call, context) -> {
      Meter meter = new Meter(takeOver(context), context.permit(), home.apply(call));
      boolean returned = false;
      try {
        R result = handler.handle(call, context, meter);
        returned = true;
        return result;
      } catch (GitHubException failed) {
        throw failed.problem().toFailure(failed);
      } finally {
        if (!returned) {
          remember(context, meter.use());
        }
      }
    };
  }

  /// What earlier attempts of this call have used; it is forgotten here.
  public synchronized ApiUse takeOver(ActivityContext context) {
    ApiUse before = byKey.remove(context.idempotencyKey());
    return before == null ? ApiUse.NONE : before;
  }

  /// Keeps what an attempt has used that brought no result.
  public synchronized void remember(ActivityContext context, ApiUse use) {
    if (byKey.size() >= MAX_REMEMBERED) {
      byKey.pollFirstEntry();
    }
    byKey.put(context.idempotencyKey(), use);
  }
}

package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Bounds how long a target may take: the lease on it is not waited past. Safe for any thread.
///
/// What takes too long is interrupted and left behind; nobody knows what became of it.
final class TimeLimit implements AutoCloseable {
  private final Duration limit;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("delivery-", 0).factory());

  TimeLimit(Duration limit) {
    this.limit = limit;
  }

  PostTarget on(PostTarget target) {
    return new PostTarget() {
      @Override
      public @Nullable QuotaUse quota(Target place, boolean asks) {
        return target.quota(place, asks);
      }

      @Override
      public List<PostOutcome> deliver(Delivery delivery) throws Exception {
        return within(() -> target.deliver(delivery));
      }

      @Override
      public List<ReadBack> readBack(Target place, List<Doubt> doubts, Permit permit)
          throws Exception {
        return within(() -> target.readBack(place, doubts, permit));
      }
    };
  }

  private <T> T within(Callable<T> work) throws Exception {
    Future<T> result = threads.submit(work);
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TimeoutException("no answer within " + limit.toMillis() + " ms");
    } catch (CancellationException e) {
      throw new IllegalStateException("given up, because the worker stops", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      throw e;
    } finally {
      result.cancel(true);
    }
  }

  /// Interrupts what is under way.
  void giveUp() {
    threads.shutdownNow();
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}

package dev.backstitch.orchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.BufferRecycler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Jackson's buffers: nobody gets what another still uses, and they come back.
final class JsonBuffersTest {
  private static final int PLACES = 4;

  private final JsonBuffers buffers = new JsonBuffers(PLACES);

  @Test
  void what_was_given_back_is_given_out_again() {
    BufferRecycler first = buffers.acquirePooled();
    buffers.releasePooled(first);

    assertThat(buffers.acquirePooled()).isSameAs(first);
  }

  @Test
  void those_in_use_are_given_to_nobody_else() {
    Set<BufferRecycler> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 3 * PLACES; i++) {
      inUse.add(buffers.acquirePooled());
    }

    assertThat(inUse).hasSize(3 * PLACES);
  }

  @Test
  void no_more_are_kept_than_there_are_places() {
    Set<BufferRecycler> before = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 3 * PLACES; i++) {
      before.add(buffers.acquirePooled());
    }
    before.forEach(buffers::releasePooled);

    int kept = 0;
    for (int i = 0; i < 3 * PLACES; i++) {
      kept += before.contains(buffers.acquirePooled()) ? 1 : 0;
    }
    assertThat(kept).isEqualTo(PLACES);
  }

  @Test
  void many_threads_at_once_share_none() throws Exception {
    Set<BufferRecycler> inUse =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    List<Future<Integer>> threads = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        threads.add(
            executor.submit(() -> {
              int shared = 0;
              for (int j = 0; j < 5_000; j++) {
                BufferRecycler mine = buffers.acquirePooled();
                shared += inUse.add(mine) ? 0 : 1;
                inUse.remove(mine);
                buffers.releasePooled(mine);
              }
              return shared;
            }));
      }
    }

    for (Future<Integer> thread : threads) {
      assertThat(thread.get()).isZero();
    }
  }
}

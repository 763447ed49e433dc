package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Jackson's buffers, for those who read or write JSON at this moment.
///
/// Jackson's own pools are one queue that all threads contend for, or keep buffers per thread: a
/// virtual thread lives for one step, so that every step would allocate new ones. Here there are a
/// few places, each thread begins to look at another, and what finds no place is garbage. Safe for
/// any thread.
final class JsonBuffers implements RecyclerPool<BufferRecycler> {
  /// One for all codecs: what they share is memory, and no codec can tell who had it before.
  static final JsonBuffers SHARED =
      new JsonBuffers(4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  private static final long serialVersionUID = 1;

  private final AtomicReferenceArray<BufferRecycler> places;
  private final int mask;

  /// @param places a power of two
  JsonBuffers(int places) {
    this.places = new AtomicReferenceArray<>(places);
    this.mask = places - 1;
  }

  @Override
  public BufferRecycler acquirePooled() {
    int first = (int) Thread.currentThread().threadId();
    for (int i = 0; i <= mask; i++) {
      int place = first + i & mask;
      if (places.getPlain(place) != null) {
        BufferRecycler found = places.getAndSet(place, null);
        if (found != null) {
          return found;
        }
      }
    }
    return new BufferRecycler();
  }

  @Override
  public void releasePooled(BufferRecycler buffers) {
    int first = (int) Thread.currentThread().threadId();
    for (int i = 0; i <= mask; i++) {
      int place = first + i & mask;
      if (places.getPlain(place) == null && places.compareAndSet(place, null, buffers)) {
        return;
      }
    }
  }
}

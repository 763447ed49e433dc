package dev.backstitch.loadtest.meter;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/// Watches what each collection leaves in this process's heap: the memory that was needed, as far
/// as collections come often enough to see it. A collection of the young part alone leaves garbage
/// in the old one, so this is never too little, and the closer the smaller the heap. Thread-safe.
public final class LiveHeap {
  private final AtomicLong most = new AtomicLong();
  private final Set<String> pools;

  private LiveHeap() {
    pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
  }

  /// Begins to watch, for as long as the process lives.
  public static LiveHeap watch() {
    LiveHeap heap = new LiveHeap();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, _) -> heap.collected(notification), null, null);
      }
    }
    return heap;
  }

  /// The most bytes that any collection has left since the last call.
  public long takeMostBytes() {
    return most.getAndSet(0);
  }

  private void collected(Notification notification) {
    if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
        notification.getType())) {
      Map<String, MemoryUsage> after =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
              .getGcInfo()
              .getMemoryUsageAfterGc();
      long used =
          pools.stream().map(after::get).mapToLong(pool -> pool == null ? 0 : pool.getUsed()).sum();
      most.accumulateAndGet(used, Math::max);
    }
  }
}

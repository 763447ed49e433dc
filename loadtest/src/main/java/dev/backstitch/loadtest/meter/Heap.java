package dev.backstitch.loadtest.meter;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/// The memory that this process really needs.
public final class Heap {
  /// What a first collection only finds, a second one frees.
  private static final int COLLECTIONS = 2;

  private Heap() {}

  /// Bytes in use after a full collection. Takes as long as that does, and is wrong when explicit
  /// collections are switched off (`-XX:+DisableExplicitGC`).
  public static long usedBytesAfterCollection() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }
}

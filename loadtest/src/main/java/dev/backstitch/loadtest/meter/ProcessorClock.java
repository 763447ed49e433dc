package dev.backstitch.loadtest.meter;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Optional;

/// The system's clock of the processor time of one process, in nanoseconds, all its threads
/// included, those that have ended, too. Linux has one for every process: `clock_getcpuclockid`(3).
/// In `/proc/PID/stat` it tells the same in hundredths of a second, and `/proc/PID/schedstat` is
/// finer, but of one thread. Thread-safe.
final class ProcessorClock {
  private final MethodHandle clockOf;
  private final MethodHandle timeOn;

  private ProcessorClock(MethodHandle clockOf, MethodHandle timeOn) {
    this.clockOf = clockOf;
    this.timeOn = timeOn;
  }

  /// The system's, if it has such clocks.
  // Every call out of Java is "restricted", and no class of the platform tells another process's
  // time in nanoseconds. Both signatures are POSIX's.
  @SuppressWarnings("restricted")
  static Optional<ProcessorClock> ofSystem() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    FunctionDescriptor shape =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    return library
        .find("clock_getcpuclockid")
        .flatMap(clockOf ->
            library
                .find("clock_gettime")
                .map(timeOn ->
                    new ProcessorClock(
                        linker.downcallHandle(clockOf, shape),
                        linker.downcallHandle(timeOn, shape))));
  }

  /// What a process has used so far; empty when it is gone.
  Optional<Duration> read(long processId) {
    try (Arena memory = Arena.ofConfined()) {
      MemorySegment clock = memory.allocate(ValueLayout.JAVA_INT);
      MemorySegment time = memory.allocate(ValueLayout.JAVA_LONG, 2);
      if (call(clockOf, Math.toIntExact(processId), clock) != 0
          || call(timeOn, clock.get(ValueLayout.JAVA_INT, 0), time) != 0) {
        return Optional.empty();
      }
      return Optional.of(
          Duration.ofSeconds(
              time.getAtIndex(ValueLayout.JAVA_LONG, 0),
              time.getAtIndex(ValueLayout.JAVA_LONG, 1)));
    }
  }

  private static int call(MethodHandle function, int argument, MemorySegment result) {
    try {
      return (int) function.invokeExact(argument, result);
    } catch (Throwable e) {
      throw new IllegalStateException("the system's clock can't be read", e);
    }
  }
}

package dev.backstitch.loadtest.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The processor time of a process, user and system together.
///
/// @param own of the process itself
/// @param ofEnded of its children that have ended, and theirs
record ProcessorTime(Duration own, Duration ofEnded) {
  /// In its files Linux tells times in hundredths of a second, whatever its own clock does.
  private static final long TICK_MILLIS = 10;

  private static final Optional<ProcessorClock> CLOCK = ProcessorClock.ofSystem();

  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int USER_OF_ENDED = 13;
  private static final int SYSTEM_OF_ENDED = 14;

  /// How often a family is looked at again because one of its members ended meanwhile.
  private static final int LOOKS = 5;

  /// Of one process; empty when it is gone.
  static Optional<ProcessorTime> of(long processId) {
    try {
      ProcessorTime told =
          parse(Files.readString(Path.of("/proc", Long.toString(processId), "stat")));
      Duration own = CLOCK.flatMap(clock -> clock.read(processId)).orElse(told.own());
      return Optional.of(new ProcessorTime(own, told.ofEnded()));
    } catch (NoSuchFileException e) {
      // No such process, or a system without this folder, which knows nothing of ended children.
      return ProcessHandle.of(processId)
          .flatMap(process -> process.info().totalCpuDuration())
          .map(own -> new ProcessorTime(own, Duration.ZERO));
    } catch (IOException e) {
      if (ProcessHandle.of(processId).isEmpty()) {
        return Optional.empty();
      }
      throw new UncheckedIOException("the times of process " + processId + " can't be read", e);
    }
  }

  /// A process and everything it has started that has not ended.
  static Set<Long> family(long processId) {
    return ProcessHandle.of(processId).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  /// Of a process and everything it has started, ended or not. Zero when it is gone.
  ///
  /// @param except living members that don't count
  static Duration ofFamily(long processId, Set<Long> except) {
    for (int look = 1; ; look++) {
      Optional<ProcessorTime> before = of(processId);
      Duration living =
          family(processId).stream()
              .filter(member -> member != processId && !except.contains(member))
              .flatMap(member -> of(member).stream())
              .map(ProcessorTime::total)
              .reduce(Duration.ZERO, Duration::plus);
      Optional<ProcessorTime> after = of(processId);
      if (look == LOOKS || ofEnded(before).equals(ofEnded(after))) {
        return after.map(time -> time.total().plus(living)).orElse(living);
      }
    }
  }

  private static Duration ofEnded(Optional<ProcessorTime> time) {
    return time.map(ProcessorTime::ofEnded).orElse(Duration.ZERO);
  }

  private Duration total() {
    return own.plus(ofEnded);
  }

  /// Reads a line of `/proc/PID/stat`. The second field is the program's name in parentheses and
  /// may hold anything, parentheses and spaces included.
  static ProcessorTime parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessorTime(
        ticks(fields[USER], fields[SYSTEM]), ticks(fields[USER_OF_ENDED], fields[SYSTEM_OF_ENDED]));
  }

  private static Duration ticks(String user, String system) {
    return Duration.ofMillis((Long.parseLong(user) + Long.parseLong(system)) * TICK_MILLIS);
  }
}

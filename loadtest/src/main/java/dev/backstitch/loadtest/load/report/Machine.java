package dev.backstitch.loadtest.load.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What it was measured on.
///
/// @param processor its name, as far as the system tells it
/// @param cores how many this process may use
/// @param memoryBytes of the whole machine
/// @param maxHeapBytes the most heap this process may use
/// @param jdk the virtual machine and its version
/// @param jvmOptions the options it was started with
/// @param collector the garbage collectors
public record Machine(
    String processor,
    int cores,
    long memoryBytes,
    long maxHeapBytes,
    String system,
    String jdk,
    List<String> jvmOptions,
    List<String> collector) {

  /// Copies the lists.
  public Machine {
    jvmOptions = List.copyOf(jvmOptions);
    collector = List.copyOf(collector);
  }

  /// This one.
  public static Machine here() {
    return new Machine(
        processorName().orElse(System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        Runtime.getRuntime().maxMemory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(java.lang.management.MemoryManagerMXBean::getName)
            .toList());
  }

  private static long memory() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  private static Optional<String> processorName() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      // Not Linux.
      return Optional.empty();
    }
  }
}

package dev.backstitch.micro;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import java.time.InstantSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/// The making of run ids, by one thread and by two that contend for it.
@State(Scope.Benchmark)
public class RunIdBenchmark {
  private final RunIdGenerator generator = new RunIdGenerator(InstantSource.system(), 1);

  /// One thread.
  @Benchmark
  public RunId next() {
    return generator.next();
  }

  /// Two threads: the time is that of one id as one of them sees it.
  @Benchmark
  @Threads(2)
  public RunId nextContended() {
    return generator.next();
  }
}

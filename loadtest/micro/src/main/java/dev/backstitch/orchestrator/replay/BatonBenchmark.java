package dev.backstitch.orchestrator.replay;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The baton between a run's turn and its code, both virtual threads as in the engine.
@State(Scope.Thread)
public class BatonBenchmark {
  private static final int ROUNDS = 1_000;

  /// There and back: the turn resumes the code, the code pauses again. The time is that of one
  /// round; beginning both threads and ending them is spread over a thousand.
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void thereAndBack() throws InterruptedException {
    inTurn(() -> {
      Fiber[] self = new Fiber[1];
      Fiber fiber =
          new Fiber(
              "baton",
              () -> {
                while (true) {
                  self[0].pause();
                }
              });
      self[0] = fiber;
      for (int i = 0; i < ROUNDS; i++) {
        fiber.resume();
      }
      fiber.abandon();
    });
  }

  /// The shortest life of a run's code: it begins, waits once, and is told that it is over.
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void beginWaitAbandon() throws InterruptedException {
    inTurn(() -> {
      for (int i = 0; i < ROUNDS; i++) {
        Fibers fibers = new Fibers("baton");
        fibers.start(fibers::pause);
        fibers.runUntilAllWait();
        fibers.abandon();
      }
    });
  }

  private static void inTurn(Runnable turn) throws InterruptedException {
    Thread.ofVirtual().name("turn").start(turn).join();
  }
}

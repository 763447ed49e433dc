package dev.backstitch.orchestrator.checkpoint;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/// What a lane waits on: its thread, its queue, and its pauses. A simulation has its own.
record LaneLoop(String name, ThreadFactory threads, BlockingQueue<Checkpoint> queue, Pause pause) {

  /// As [Thread#sleep(Duration)].
  interface Pause {
    void take(Duration duration) throws InterruptedException;
  }

  static LaneLoop onThread(String name) {
    return new LaneLoop(
        name, Thread.ofPlatform().name(name).factory(), new LinkedBlockingQueue<>(), Thread::sleep);
  }
}

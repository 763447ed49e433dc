package dev.backstitch.orchestrator.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Every limit of the engine, with a name and a range. Made by [#defaults] and the `with...`
/// methods.
///
/// @param build what this build calls itself: stuck runs get another chance when it changes
/// @param lanes how many threads and connections write, 1 to 16
/// @param flushSize the most checkpoints in one flush, 1 to 10,000
/// @param largePayloadBytes events above this size go to the payload table, 256 to 1,000,000
/// @param queues what this process serves, at least one queue, each with its bound
/// @param startsAtOnce how many starts may wait to become durable, 1 to 1,000,000; more are
///   refused. Of the process, and not of a queue: a flood of starts for one queue has those for
///   others refused, too, for as long as it lasts. What has begun is bounded by queue
/// @param historyLength the most events a run may have, 100 to 10,000,000
/// @param claimBatch the most runs claimed at once, 1 to 10,000
/// @param claimInterval how often a worker looks for runs, 10 ms to 1 min; half as often when it
///   has found none for a while
/// @param lease after how much silence others take over, 1 s to 10 min
/// @param heartbeat how often the lease is renewed, at most a third of it
/// @param detectInterval how often other workers are looked at, 50 ms to 1 min
/// @param outageGrace how long other workers are given to come back after the database was away, 0
///   to 1 min
/// @param readConnections the size of the pool for everything but lanes, 2 to 200
/// @param partitionWeeks how many weeks ahead partitions are made, 1 to 520
/// @param drain how long activities may go on when the engine stops, 0 to 10 min
/// @param inbox how messages find their runs
/// @param outbox how posts are delivered
public record OrchestratorConfig(
    String build,
    int lanes,
    int flushSize,
    int largePayloadBytes,
    List<QueueLimits> queues,
    int startsAtOnce,
    int historyLength,
    int claimBatch,
    Duration claimInterval,
    Duration lease,
    Duration heartbeat,
    Duration detectInterval,
    Duration outageGrace,
    int readConnections,
    int partitionWeeks,
    Duration drain,
    InboxConfig inbox,
    OutboxConfig outbox) {

  /// @throws IllegalArgumentException naming the setting and its range
  public OrchestratorConfig {
    if (build.isBlank()) {
      throw new IllegalArgumentException("build must not be blank");
    }
    inRange("lanes", lanes, 1, 16);
    inRange("flushSize", flushSize, 1, 10_000);
    inRange("largePayloadBytes", largePayloadBytes, 256, 1_000_000);
    queues = List.copyOf(queues);
    if (queues.isEmpty()
        || queues.stream().map(QueueLimits::name).distinct().count() < queues.size()) {
      throw new IllegalArgumentException("queues must be one or more, each named once");
    }
    inRange("startsAtOnce", startsAtOnce, 1, 1_000_000);
    inRange("historyLength", historyLength, 100, 10_000_000);
    inRange("claimBatch", claimBatch, 1, 10_000);
    inRange("claimInterval", claimInterval, Duration.ofMillis(10), Duration.ofMinutes(1));
    inRange("lease", lease, Duration.ofSeconds(1), Duration.ofMinutes(10));
    inRange("heartbeat", heartbeat, Duration.ofMillis(50), lease.dividedBy(3));
    inRange("detectInterval", detectInterval, Duration.ofMillis(50), Duration.ofMinutes(1));
    inRange("outageGrace", outageGrace, Duration.ZERO, Duration.ofMinutes(1));
    inRange("readConnections", readConnections, 2, 200);
    inRange("partitionWeeks", partitionWeeks, 1, 520);
    inRange("drain", drain, Duration.ZERO, Duration.ofMinutes(10));
  }

  /// Good for a laptop and for a small server.
  public static OrchestratorConfig defaults() {
    return new OrchestratorConfig(
        "dev",
        2,
        2_000,
        16_384,
        List.of(QueueLimits.of(QueueLimits.DEFAULT_QUEUE)),
        10_000,
        1_000_000,
        200,
        Duration.ofMillis(250),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofMillis(250),
        Duration.ofSeconds(3),
        10,
        8,
        Duration.ofSeconds(5),
        InboxConfig.defaults(),
        OutboxConfig.defaults());
  }

  /// The same with another build name.
  public OrchestratorConfig withBuild(String newBuild) {
    return with(draft -> draft.build = newBuild);
  }

  /// The same with room for another number of runs in memory, in every queue.
  public OrchestratorConfig withRunsInMemory(int newRunsInMemory) {
    return with(draft ->
        draft.queues =
            draft.queues.stream().map(queue -> queue.withRunsInMemory(newRunsInMemory)).toList());
  }

  /// The same, serving other queues.
  public OrchestratorConfig withQueues(List<QueueLimits> newQueues) {
    return with(draft -> draft.queues = newQueues);
  }

  /// The same with another bound on starts in progress.
  public OrchestratorConfig withStartsAtOnce(int newStartsAtOnce) {
    return with(draft -> draft.startsAtOnce = newStartsAtOnce);
  }

  /// The same with another lease, renewed ten times within it.
  public OrchestratorConfig withLease(Duration newLease) {
    return with(draft -> {
      draft.lease = newLease;
      draft.heartbeat = newLease.dividedBy(10);
    });
  }

  /// The same, looking at other workers at another interval.
  public OrchestratorConfig withDetectInterval(Duration newDetectInterval) {
    return with(draft -> draft.detectInterval = newDetectInterval);
  }

  /// The same with another grace after an outage.
  public OrchestratorConfig withOutageGrace(Duration newOutageGrace) {
    return with(draft -> draft.outageGrace = newOutageGrace);
  }

  /// The same with another size of the pool.
  public OrchestratorConfig withReadConnections(int newReadConnections) {
    return with(draft -> draft.readConnections = newReadConnections);
  }

  /// The same with another bound on what goes on when the engine stops.
  public OrchestratorConfig withDrain(Duration newDrain) {
    return with(draft -> draft.drain = newDrain);
  }

  /// The same with messages that find their runs in another way.
  public OrchestratorConfig withInbox(InboxConfig newInbox) {
    return with(draft -> draft.inbox = newInbox);
  }

  /// The same with posts that are delivered in another way.
  public OrchestratorConfig withOutbox(OutboxConfig newOutbox) {
    return with(draft -> draft.outbox = newOutbox);
  }

  private OrchestratorConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /// All settings, to be changed one by one.
  private static final class Draft {
    String build;
    int lanes;
    int flushSize;
    int largePayloadBytes;
    List<QueueLimits> queues;
    int startsAtOnce;
    int historyLength;
    int claimBatch;
    Duration claimInterval;
    Duration lease;
    Duration heartbeat;
    Duration detectInterval;
    Duration outageGrace;
    int readConnections;
    int partitionWeeks;
    Duration drain;
    InboxConfig inbox;
    OutboxConfig outbox;

    Draft(OrchestratorConfig config) {
      build = config.build();
      lanes = config.lanes();
      flushSize = config.flushSize();
      largePayloadBytes = config.largePayloadBytes();
      queues = config.queues();
      startsAtOnce = config.startsAtOnce();
      historyLength = config.historyLength();
      claimBatch = config.claimBatch();
      claimInterval = config.claimInterval();
      lease = config.lease();
      heartbeat = config.heartbeat();
      detectInterval = config.detectInterval();
      outageGrace = config.outageGrace();
      readConnections = config.readConnections();
      partitionWeeks = config.partitionWeeks();
      drain = config.drain();
      inbox = config.inbox();
      outbox = config.outbox();
    }

    OrchestratorConfig finish() {
      return new OrchestratorConfig(
          build,
          lanes,
          flushSize,
          largePayloadBytes,
          queues,
          startsAtOnce,
          historyLength,
          claimBatch,
          claimInterval,
          lease,
          heartbeat,
          detectInterval,
          outageGrace,
          readConnections,
          partitionWeeks,
          drain,
          inbox,
          outbox);
    }
  }

  static void inRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", was " + value);
    }
  }

  static void inRange(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", was " + value);
    }
  }
}

package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.RecordedEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A batch turned into the arrays that `checkpoint_v3` takes, in its order.
final class CheckpointRows {
  private static final byte[] ELSEWHERE = {};

  private final List<Checkpoint> starts;
  private final List<Checkpoint> closes;
  private final List<Checkpoint> parks;
  private final List<Checkpoint> stuck;
  private final List<Checkpoint> takers;
  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<byte[]> payloads = new ArrayList<>();
  private final List<byte @Nullable []> hashes = new ArrayList<>();
  private final List<Long> largeRunIds = new ArrayList<>();
  private final List<byte[]> largeHashes = new ArrayList<>();
  private final List<byte[]> largeContents = new ArrayList<>();
  private final PostRows posts;

  CheckpointRows(List<Checkpoint> batch, int largePayloadBytes) {
    this.starts = those(batch, c -> c.start() != null);
    this.closes = changed(batch, Checkpoint.RunChange.Closed.class);
    this.parks = changed(batch, Checkpoint.RunChange.Parked.class);
    this.stuck = changed(batch, Checkpoint.RunChange.Stuck.class);
    this.takers = those(batch, c -> !c.taken().isEmpty());
    this.posts = new PostRows(batch);
    for (Checkpoint checkpoint : batch) {
      for (RecordedEvent event : checkpoint.events()) {
        add(event, largePayloadBytes);
      }
    }
  }

  /// Binds the 37 array parameters.
  void bind(ArrayParameters to) throws SQLException {
    bindStarts(to, starts);
    to.texts(starts, c -> start(c).queue());
    to.shorts(starts, c -> start(c).priority());
    to.booleans(starts, c -> start(c).here());
    to.longs(starts, c -> micros(start(c).at()));
    bindEvents(to);
    to.longs(largeRunIds, Long::longValue);
    to.bytes(largeHashes, hash -> hash);
    to.bytes(largeContents, content -> content);
    to.longs(closes, c -> c.runId().value());
    to.texts(closes, c -> change(c, Checkpoint.RunChange.Closed.class).status().name());
    to.longs(closes, c -> micros(change(c, Checkpoint.RunChange.Closed.class).at()));
    to.longs(parks, c -> c.runId().value());
    to.nullableLongs(parks, CheckpointRows::wakeMicros);
    to.longs(stuck, c -> c.runId().value());
    to.texts(stuck, c -> change(c, Checkpoint.RunChange.Stuck.class).problem());
    bindTaken(to, takers);
    posts.bind(to);
  }

  /// Binds run and number of the messages that are taken away.
  static void bindTaken(ArrayParameters to, List<Checkpoint> takers) throws SQLException {
    List<Taken> taken = new ArrayList<>();
    for (Checkpoint taker : takers) {
      taker.taken().forEach(messageId -> taken.add(new Taken(taker.runId().value(), messageId)));
    }
    to.longs(taken, Taken::runId);
    to.longs(taken, Taken::messageId);
  }

  private record Taken(long runId, long messageId) {}

  /// Binds run id, workflow and key of started runs.
  static void bindStarts(ArrayParameters to, List<Checkpoint> starts) throws SQLException {
    to.longs(starts, c -> c.runId().value());
    to.texts(starts, c -> start(c).workflow());
    to.texts(starts, c -> start(c).key());
  }

  private void bindEvents(ArrayParameters to) throws SQLException {
    to.longs(events, e -> e.runId().value());
    to.ints(events, RecordedEvent::seq);
    to.texts(events, e -> e.event().type());
    to.longs(events, e -> micros(e.at()));
    to.bytes(payloads, payload -> payload);
    to.bytes(hashes, hash -> hash);
  }

  private static @Nullable Long wakeMicros(Checkpoint parked) {
    Instant at = change(parked, Checkpoint.RunChange.Parked.class).wakeAt();
    return at == null ? null : micros(at);
  }

  private void add(RecordedEvent event, int largePayloadBytes) {
    byte[] json = encode(event);
    events.add(event);
    if (json.length <= largePayloadBytes) {
      payloads.add(json);
      hashes.add(null);
    } else {
      byte[] hash = sha256(json);
      payloads.add(ELSEWHERE);
      hashes.add(hash);
      largeRunIds.add(event.runId().value());
      largeHashes.add(hash);
      largeContents.add(json);
    }
  }

  private static byte[] encode(RecordedEvent event) {
    try {
      return EventCodec.encodeUtf8(event.event());
    } catch (RuntimeException e) {
      throw new UnwritableException(
          "event " + event.seq() + ", " + event.event().type() + ", can't be written: " + e, e);
    }
  }

  private static List<Checkpoint> changed(
      List<Checkpoint> batch, Class<? extends Checkpoint.RunChange> kind) {
    return those(batch, c -> kind.isInstance(c.change()));
  }

  private static List<Checkpoint> those(List<Checkpoint> batch, Predicate<Checkpoint> are) {
    List<Checkpoint> those = new ArrayList<>();
    for (Checkpoint checkpoint : batch) {
      if (are.test(checkpoint)) {
        those.add(checkpoint);
      }
    }
    return those;
  }

  private static <T extends Checkpoint.RunChange> T change(Checkpoint checkpoint, Class<T> kind) {
    return kind.cast(checkpoint.change());
  }

  private static Checkpoint.Start start(Checkpoint checkpoint) {
    return Objects.requireNonNull(checkpoint.start());
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

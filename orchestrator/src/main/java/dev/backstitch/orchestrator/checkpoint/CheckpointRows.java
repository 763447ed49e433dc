package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.RecordedEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// A batch turned into the arrays that `checkpoint_v3` takes, in its order.
final class CheckpointRows {
  private static final byte[] ELSEWHERE = {};
  private static final String[] NO_TEXTS = {};
  private static final byte[][] NO_BYTES = {};

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
    this.starts = batch.stream().filter(c -> c.start() != null).toList();
    this.closes = changed(batch, Checkpoint.RunChange.Closed.class);
    this.parks = changed(batch, Checkpoint.RunChange.Parked.class);
    this.stuck = changed(batch, Checkpoint.RunChange.Stuck.class);
    this.takers = batch.stream().filter(c -> !c.taken().isEmpty()).toList();
    this.posts = new PostRows(batch);
    for (Checkpoint checkpoint : batch) {
      for (RecordedEvent event : checkpoint.events()) {
        add(event, largePayloadBytes);
      }
    }
  }

  /// Binds the 37 array parameters from `from` on.
  void bind(Connection connection, PreparedStatement statement, int from) throws SQLException {
    bindStarts(connection, statement, from, starts);
    bindPlaces(connection, statement, from + 3);
    longs(connection, statement, from + 6, starts.stream().mapToLong(c -> micros(start(c).at())));
    bindEvents(connection, statement, from + 7);
    longs(connection, statement, from + 13, largeRunIds.stream().mapToLong(Long::longValue));
    bytes(connection, statement, from + 14, largeHashes);
    bytes(connection, statement, from + 15, largeContents);
    longs(connection, statement, from + 16, closes.stream().mapToLong(c -> c.runId().value()));
    texts(
        connection,
        statement,
        from + 17,
        closes.stream()
            .map(c -> change(c, Checkpoint.RunChange.Closed.class).status().name())
            .toList());
    longs(
        connection,
        statement,
        from + 18,
        closes.stream().mapToLong(c -> micros(change(c, Checkpoint.RunChange.Closed.class).at())));
    longs(connection, statement, from + 19, parks.stream().mapToLong(c -> c.runId().value()));
    bindWakeTimes(connection, statement, from + 20);
    longs(connection, statement, from + 21, stuck.stream().mapToLong(c -> c.runId().value()));
    texts(
        connection,
        statement,
        from + 22,
        stuck.stream().map(c -> change(c, Checkpoint.RunChange.Stuck.class).problem()).toList());
    bindTaken(connection, statement, from + 23, takers);
    posts.bind(connection, statement, from + 25);
  }

  /// Binds run and number of the messages that are taken away.
  static void bindTaken(
      Connection connection, PreparedStatement statement, int from, List<Checkpoint> takers)
      throws SQLException {
    longs(
        connection,
        statement,
        from,
        takers.stream().flatMapToLong(c -> c.taken().stream().mapToLong(_ -> c.runId().value())));
    longs(
        connection,
        statement,
        from + 1,
        takers.stream().flatMapToLong(c -> c.taken().stream().mapToLong(Long::longValue)));
  }

  /// Binds run id, workflow and key of started runs.
  static void bindStarts(
      Connection connection, PreparedStatement statement, int from, List<Checkpoint> starts)
      throws SQLException {
    longs(connection, statement, from, starts.stream().mapToLong(c -> c.runId().value()));
    texts(connection, statement, from + 1, starts.stream().map(c -> start(c).workflow()).toList());
    List<@Nullable String> keys = new ArrayList<>();
    starts.forEach(c -> keys.add(start(c).key()));
    texts(connection, statement, from + 2, keys);
  }

  private void bindPlaces(Connection connection, PreparedStatement statement, int from)
      throws SQLException {
    texts(connection, statement, from, starts.stream().map(c -> start(c).queue()).toList());
    Short[] priorities =
        starts.stream().map(c -> (short) start(c).priority()).toArray(Short[]::new);
    statement.setArray(from + 1, array(connection, "int2", priorities));
    Boolean[] here = starts.stream().map(c -> start(c).here()).toArray(Boolean[]::new);
    statement.setArray(from + 2, array(connection, "bool", here));
  }

  private void bindEvents(Connection connection, PreparedStatement statement, int from)
      throws SQLException {
    longs(connection, statement, from, events.stream().mapToLong(e -> e.runId().value()));
    statement.setArray(
        from + 1,
        array(connection, "int4", events.stream().mapToInt(RecordedEvent::seq).toArray()));
    texts(connection, statement, from + 2, events.stream().map(e -> e.event().type()).toList());
    longs(connection, statement, from + 3, events.stream().mapToLong(e -> micros(e.at())));
    bytes(connection, statement, from + 4, payloads);
    bytes(connection, statement, from + 5, hashes);
  }

  private void bindWakeTimes(Connection connection, PreparedStatement statement, int index)
      throws SQLException {
    Long[] times =
        parks.stream()
            .map(c -> change(c, Checkpoint.RunChange.Parked.class).wakeAt())
            .map(at -> at == null ? null : micros(at))
            .toArray(Long[]::new);
    statement.setArray(index, array(connection, "int8", times));
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
    return batch.stream().filter(c -> kind.isInstance(c.change())).toList();
  }

  private static <T extends Checkpoint.RunChange> T change(Checkpoint checkpoint, Class<T> kind) {
    return kind.cast(checkpoint.change());
  }

  private static Checkpoint.Start start(Checkpoint checkpoint) {
    return Objects.requireNonNull(checkpoint.start());
  }

  /// An array parameter. It travels in binary, one of `Object[]` as text to be parsed.
  static Array array(Connection connection, String type, Object values) throws SQLException {
    return connection.unwrap(PGConnection.class).createArrayOf(type, values);
  }

  static void longs(
      Connection connection, PreparedStatement statement, int index, LongStream values)
      throws SQLException {
    statement.setArray(index, array(connection, "int8", values.toArray()));
  }

  static void texts(
      Connection connection,
      PreparedStatement statement,
      int index,
      List<? extends @Nullable String> values)
      throws SQLException {
    statement.setArray(index, array(connection, "text", values.toArray(NO_TEXTS)));
  }

  static void bytes(
      Connection connection,
      PreparedStatement statement,
      int index,
      List<? extends byte @Nullable []> values)
      throws SQLException {
    statement.setArray(index, array(connection, "bytea", values.toArray(NO_BYTES)));
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

package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The inbox of a [SimulatedDatabase]: what the functions of `V003__borders.sql` do, each at one
/// moment.
public final class SimulatedInbox {
  private static final String NOTE = "RunTerminated";
  private static final Duration NOTES_STAY = Duration.ofSeconds(10);

  private final SimulatedDatabase database;
  private final Map<Long, Row> rows = new TreeMap<>();
  private long lastId;

  SimulatedInbox(SimulatedDatabase database) {
    this.database = database;
  }

  private record Row(
      RunId runId,
      String dedupKey,
      String type,
      Payload payload,
      Instant receivedAt,
      @Nullable Long addressee) {

    boolean isAddressedTo(long workerId) {
      return Objects.equals(addressee, workerId);
    }

    Row to(@Nullable Long newAddressee) {
      return new Row(runId, dedupKey, type, payload, receivedAt, newAddressee);
    }
  }

  /// As `send_message`.
  public SendResult send(RunId id, String dedupKey, Event.MessageEvent event, int mostWaiting) {
    SimulatedDatabase.RunRow run = database.runs().get(id);
    if (run == null) {
      return new SendResult.UnknownRun();
    }
    boolean waits = of(id).anyMatch(row -> row.dedupKey().equals(dedupKey));
    if (run.isClosed()) {
      return waits || hasTaken(id, dedupKey)
          ? new SendResult.Accepted()
          : new SendResult.Closed(run.status());
    }
    if (!waits) {
      if (of(id).count() >= mostWaiting) {
        return new SendResult.Full(mostWaiting);
      }
      add(id, dedupKey, event, run.workerId());
    }
    database.wake(id);
    return new SendResult.Accepted();
  }

  private boolean hasTaken(RunId id, String dedupKey) {
    return database.history(id).stream()
        .anyMatch(recorded ->
            recorded.event() instanceof Event.SignalReceived signal
                && dedupKey.equals("signal:" + signal.id()));
  }

  /// As `terminate_run`.
  public Optional<RunStatus> terminate(RunId id, Event.RunTerminated event) {
    Optional<SimulatedDatabase.RunRow> before = database.terminate(id, event);
    Long owner = before.map(SimulatedDatabase.RunRow::workerId).orElse(null);
    if (owner != null) {
      add(id, "terminated", event, owner);
    }
    return before.map(SimulatedDatabase.RunRow::status);
  }

  private void add(RunId id, String dedupKey, Event event, @Nullable Long addressee) {
    rows.put(
        ++lastId,
        new Row(id, dedupKey, event.type(), EventCodec.encode(event), database.now(), addressee));
  }

  /// As `read_inbox`.
  public List<WaitingMessage> read(long workerId, long afterId, int limit) {
    return rows.entrySet().stream()
        .filter(e -> e.getKey() > afterId && e.getValue().isAddressedTo(workerId))
        .limit(limit)
        .map(e -> waiting(e.getKey(), e.getValue()))
        .toList();
  }

  private WaitingMessage waiting(long id, Row row) {
    RunStatus status = Objects.requireNonNull(database.runs().get(row.runId())).status();
    return new WaitingMessage(row.runId(), id, row.type(), row.payload(), status);
  }

  /// As `address_inbox`.
  public int address(long workerId, Collection<RunId> runs) {
    List<Long> found =
        rows.entrySet().stream()
            .filter(e -> runs.contains(e.getValue().runId()))
            .filter(e -> !e.getValue().isAddressedTo(workerId))
            .map(Map.Entry::getKey)
            .toList();
    found.forEach(id -> rows.computeIfPresent(id, (_, row) -> row.to(workerId)));
    return found.size();
  }

  /// As [dev.backstitch.orchestrator.inbox.InboxStore#layAside].
  public void layAside(long workerId, Collection<RunId> closed) {
    Instant old = database.now().minus(NOTES_STAY);
    rows.values()
        .removeIf(row ->
            row.isAddressedTo(workerId)
                && closed.contains(row.runId())
                && row.type().equals(NOTE)
                && row.receivedAt().isBefore(old));
    rows.replaceAll((_, row) ->
        row.isAddressedTo(workerId) && closed.contains(row.runId()) && !row.type().equals(NOTE)
            ? row.to(null)
            : row);
  }

  /// What waits for a run, in order, without notes.
  public List<Event> messages(RunId id) {
    return of(id)
        .filter(row -> !row.type().equals(NOTE))
        .map(row -> EventCodec.decode(row.type(), row.payload()))
        .toList();
  }

  /// Whether that very message waits for that run.
  public boolean has(RunId id, long messageId) {
    Row row = rows.get(messageId);
    return row != null && row.runId().equals(id);
  }

  boolean isEmpty(RunId id) {
    return of(id).findAny().isEmpty();
  }

  void take(Collection<Long> messages) {
    rows.keySet().removeAll(messages);
  }

  private Stream<Row> of(RunId id) {
    return rows.values().stream().filter(row -> row.runId().equals(id));
  }
}

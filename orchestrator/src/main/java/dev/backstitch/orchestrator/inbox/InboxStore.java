package dev.backstitch.orchestrator.inbox;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The statements by which messages are sent and found. They are taken away by the checkpoint.
public final class InboxStore {
  private InboxStore() {}

  private static final String SEND =
      """
      select answer, run_status
      from backstitch.send_message(
        :runId, :dedupKey, :type, :payload, :mostWaiting, :hint)
      """;

  /// How a message is sent.
  ///
  /// @param mostWaiting how many messages a run may have waiting
  /// @param hint whether the owner is told to look at once
  public record Terms(int mostWaiting, boolean hint) {}

  /// Puts a message into a run's inbox.
  ///
  /// @param dedupKey a message with the same key that still waits is the same message
  public static SendResult send(
      Handle handle, RunId id, String dedupKey, Event.MessageEvent event, Terms terms) {
    return handle
        .createQuery(SEND)
        .bind("runId", id.value())
        .bind("dedupKey", dedupKey)
        .bind("type", event.type())
        .bind("payload", EventCodec.encode(event).utf8())
        .bind("mostWaiting", terms.mostWaiting())
        .bind("hint", terms.hint())
        .map((rows, _) -> {
          String answer = rows.getString("answer");
          return switch (answer) {
            case "ACCEPTED" -> new SendResult.Accepted();
            case "CLOSED" -> new SendResult.Closed(RunStatus.valueOf(rows.getString("run_status")));
            case "FULL" -> new SendResult.Full(terms.mostWaiting());
            default -> throw new IllegalStateException("send_message answered " + answer);
          };
        })
        .findOne()
        .orElseGet(SendResult.UnknownRun::new);
  }

  private static final String TERMINATE =
      """
      select run_status
      from backstitch.terminate_run(:runId, :payload, :hint)
      """;

  /// Ends a run, whatever its owner does. In autocommit, or it holds the run's next seq.
  ///
  /// @return where the run stood: open if it was terminated now, closed if it had ended before;
  ///   empty if there is no such run
  public static Optional<RunStatus> terminate(
      Handle handle, RunId id, Event.RunTerminated event, boolean hint) {
    return handle
        .createQuery(TERMINATE)
        .bind("runId", id.value())
        .bind("payload", EventCodec.encode(event).utf8())
        .bind("hint", hint)
        .map((rows, _) -> RunStatus.valueOf(rows.getString("run_status")))
        .findOne();
  }

  private static final String READ =
      """
      select run_id, message_id, event_type, payload, run_status
      from backstitch.read_inbox(:workerId, :afterId, :limit, :mostBytes)
      """;

  /// How much is read at once.
  ///
  /// @param mostMessages the most messages
  /// @param mostBytes no further message once payloads of so many bytes are there
  public record Page(int mostMessages, long mostBytes) {}

  /// What is addressed to a worker, oldest first.
  ///
  /// @param afterId only messages behind this one; 0 for the beginning
  /// @return at most a page; empty only if there is nothing
  public static List<WaitingMessage> read(Handle handle, long workerId, long afterId, Page page) {
    return handle
        .createQuery(READ)
        .bind("workerId", workerId)
        .bind("afterId", afterId)
        .bind("limit", page.mostMessages())
        .bind("mostBytes", page.mostBytes())
        .map((rows, _) ->
            new WaitingMessage(
                new RunId(rows.getLong("run_id")),
                rows.getLong("message_id"),
                rows.getString("event_type"),
                Payload.ofRecorded(rows.getBytes("payload")),
                RunStatus.valueOf(rows.getString("run_status"))))
        .list();
  }

  private static final String ADDRESS =
      """
      select backstitch.address_inbox(:workerId, :runIds)
      """;

  /// Addresses what waits for runs that a worker has just claimed to that worker.
  ///
  /// @return how many messages
  public static int address(Handle handle, long workerId, Collection<RunId> runs) {
    return handle
        .createQuery(ADDRESS)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, runs.stream().map(RunId::value).toArray())
        .mapTo(Integer.class)
        .one();
  }

  private static final String LAY_ASIDE =
      """
      update backstitch.inbox
      set addressee = null
      where addressee = :workerId
        and run_id = any(:runIds)
        and event_type <> 'RunTerminated'
      """;

  private static final String REMOVE_NOTES =
      """
      delete from backstitch.inbox
      where addressee = :workerId
        and run_id = any(:runIds)
        and event_type = 'RunTerminated'
        and received_at < clock_timestamp() - interval '10 seconds'
      """;

  /// Lets a worker see no more of runs that are closed. Their messages stay, addressed to nobody.
  /// The note of a termination stays for a while, since the run may just be on its way into memory.
  public static void layAside(Handle handle, long workerId, Collection<RunId> closed) {
    Object[] ids = closed.stream().map(RunId::value).toArray();
    handle
        .createUpdate(LAY_ASIDE)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, ids)
        .execute();
    handle
        .createUpdate(REMOVE_NOTES)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, ids)
        .execute();
  }

  private static final String LISTEN =
      """
      select backstitch.listen_for_messages(:workerId)
      """;

  /// Subscribes this connection to the hints for a worker.
  public static void listen(Handle handle, long workerId) {
    handle.createQuery(LISTEN).bind("workerId", workerId).mapTo(String.class).findOne();
  }

  private static final String HINT =
      """
      select pg_notify('backstitch_worker_' || :workerId, '')
      """;

  /// Tells a worker to look at once.
  public static void hint(Handle handle, long workerId) {
    handle.createQuery(HINT).bind("workerId", workerId).mapTo(String.class).findOne();
  }
}

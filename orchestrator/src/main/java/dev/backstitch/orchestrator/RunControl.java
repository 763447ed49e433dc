package dev.backstitch.orchestrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.backstitch.orchestrator.config.InboxConfig;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/// Tells runs on a migrated database what somebody wants of them, without being a worker: it
/// reaches the one that has the run, whichever it is. Safe for any thread.
///
/// Every method throws [InvalidRequestException] when the request can't be served as it stands, and
/// [JdbiException] when the database does not answer: then it may or may not have happened, and may
/// be asked again.
public final class RunControl {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_ID = 150;
  private static final int LONGEST_REASON = 2_000;
  private static final int LARGEST_PAYLOAD_BYTES = 1_000_000;

  private final ValueCodec codec = new ValueCodec();
  private final Jdbi jdbi;
  private final InboxStore.Terms terms;

  RunControl(Jdbi jdbi, InboxConfig config) {
    this.jdbi = jdbi;
    this.terms = new InboxStore.Terms(config.mostWaiting(), config.hints());
  }

  /// A control on a migrated database.
  public static RunControl on(DataSource database) {
    return new RunControl(Jdbi.create(database), InboxConfig.defaults());
  }

  /// Sends a signal. When it is accepted, it is durable; a second one with the same id changes
  /// nothing.
  public SendResult signal(RunId id, SignalRequest signal) {
    requireLine("name", signal.name(), LONGEST_NAME);
    requireLine("id", signal.id(), LONGEST_ID);
    requireActor(signal.actor());
    Payload payload = signal.payload();
    requireJson(payload);
    Event.SignalReceived event =
        new Event.SignalReceived(signal.name(), signal.id(), signal.actor(), payload);
    return send(id, "signal:" + signal.id(), event);
  }

  /// Asks a run to end, and lets it clean up. A second request changes nothing.
  ///
  /// @param actor who asks, 1 to 200 characters
  /// @param reason why, at most 2,000 characters
  public SendResult cancel(RunId id, String actor, String reason) {
    requireActor(actor);
    requireReason(reason);
    return send(id, "cancel", new Event.CancelRequested(actor, reason));
  }

  /// Ends a run at once, whatever it does or waits for, even if it is stuck or its owner is out of
  /// reach. Nothing of it is cleaned up.
  ///
  /// @param actor who does it, 1 to 200 characters
  /// @param reason why, at most 2,000 characters
  public TerminateResult terminate(RunId id, String actor, String reason) {
    requireActor(actor);
    requireReason(reason);
    Event.RunTerminated event = new Event.RunTerminated(actor, reason);
    Optional<RunStatus> before =
        jdbi.withHandle(handle -> InboxStore.terminate(handle, id, event, terms.hint()));
    return before
        .<TerminateResult>map(status ->
            status.isClosed()
                ? new TerminateResult.AlreadyClosed(status)
                : new TerminateResult.Terminated())
        .orElseGet(TerminateResult.UnknownRun::new);
  }

  private SendResult send(RunId id, String dedupKey, Event.MessageEvent event) {
    return jdbi.withHandle(handle -> InboxStore.send(handle, id, dedupKey, event, terms));
  }

  private void requireJson(Payload payload) {
    if (payload.sizeBytes() > LARGEST_PAYLOAD_BYTES) {
      throw new InvalidRequestException(
          "payload", "a payload has at most " + LARGEST_PAYLOAD_BYTES + " bytes");
    }
    try {
      codec.decodeStrictly(payload, codec.type(Object.class));
    } catch (JsonProcessingException e) {
      throw new InvalidRequestException(
          "payload", "the payload is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void requireActor(String actor) {
    requireLine("actor", actor, LONGEST_NAME);
  }

  private static void requireReason(String reason) {
    if (reason.length() > LONGEST_REASON || reason.codePoints().anyMatch(RunControl::unwritable)) {
      throw new InvalidRequestException(
          "reason", "a reason has at most " + LONGEST_REASON + " characters of valid Unicode");
    }
  }

  private static void requireLine(String field, String text, int longest) {
    if (text.isBlank()
        || text.length() > longest
        || text.chars().anyMatch(Character::isISOControl)
        || text.codePoints().anyMatch(RunControl::unwritable)) {
      throw new InvalidRequestException(
          field, field + " has 1 to " + longest + " characters, is one line and is not blank");
    }
  }

  /// What a text column or JSON can't hold: NUL, and half a surrogate pair.
  private static boolean unwritable(int codePoint) {
    return codePoint == 0
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }
}

package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The messages of `quota_exchange`, as JSON.
final class QuotaMessages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MILLIS = 1_000.0;

  private QuotaMessages() {}

  /// A request that was sent.
  ///
  /// @param points what it was sent with
  record Sent(QuotaUse use, UUID permit, String resource, int points) {}

  /// How an ask is made.
  ///
  /// @param further whether the permit is held already
  /// @param worker whose ledger asks; null if it is no worker's
  /// @param random 0 to 1
  record Manner(boolean waited, boolean further, @Nullable Long worker, double random) {}

  static ObjectNode ask(Permit permit, QuotaUse use, Manner manner) {
    ObjectNode ask = message("ask", use.owner(), use.resource(), permit.id());
    ask.put("holder", permit.holder())
        .put("lane", use.lane().name())
        .put("cost", use.cost())
        .put("writes", use.writes())
        .put("waited", manner.waited())
        .put("further", manner.further())
        .put("worker", manner.worker())
        .put("random", manner.random());
    ask.set("rules", JSON.valueToTree(use.rules()));
    return ask;
  }

  /// One message, or two if the server charged another resource than was expected.
  static List<ObjectNode> answered(Sent sent, QuotaAnswer answer) {
    QuotaAnswer.Reading reading = answer.reading();
    String charged = reading == null ? sent.resource() : reading.resourceOr(sent.resource());
    boolean elsewhere = !charged.equals(sent.resource());
    List<ObjectNode> messages = new ArrayList<>();
    if (elsewhere) {
      messages.add(learn(sent, sent.resource(), true).put("charged", 0).put("succeeded", false));
    }
    ObjectNode told =
        learn(sent, charged, true)
            .put("charged", answer.charged())
            .put("succeeded", answer.succeeded());
    if (elsewhere) {
      told.put("cost", 0);
    }
    if (reading != null) {
      told.put("per_window", reading.perWindow())
          .put("remaining", reading.remaining())
          .put("used", reading.used())
          .put("reset_in", reading.untilReset().toMillis() / MILLIS);
    }
    if (answer.limited() != null) {
      told.put("limited", answer.limited().name());
    }
    if (answer.retryAfter() != null) {
      told.put("retry_after", answer.retryAfter().toMillis() / MILLIS);
    }
    messages.add(told);
    return messages;
  }

  static List<ObjectNode> lost(Sent sent) {
    return List.of(
        learn(sent, sent.resource(), false).put("charged", sent.points()).put("succeeded", false));
  }

  static ObjectNode finish(QuotaUse use, UUID permit) {
    return message("finish", use.owner(), use.resource(), permit);
  }

  static String array(List<ObjectNode> messages) {
    ArrayNode array = JSON.createArrayNode();
    array.addAll(messages);
    return array.toString();
  }

  private static ObjectNode learn(Sent sent, String resource, boolean answered) {
    return message("learn", sent.use().owner(), resource, sent.permit())
        .put("cost", sent.points())
        .put("answered", answered);
  }

  private static ObjectNode message(String kind, String owner, String resource, UUID permit) {
    return JSON.createObjectNode()
        .put("kind", kind)
        .put("owner", owner)
        .put("resource", resource)
        .put("permit", permit.toString());
  }
}

package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.graphql.GraphQlApi;
import dev.backstitch.loadtest.simulator.graphql.Preparation;
import dev.backstitch.loadtest.simulator.graphql.QueryScope;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Answers GraphQL calls that nothing refused.
final class GraphQlDesk {

  private static final String LIMITS_EXCEEDED = "RESOURCE_LIMITS_EXCEEDED";

  private final Simulation simulation;

  GraphQlDesk(Simulation simulation) {
    this.simulation = simulation;
  }

  /// @param quota after the call was charged
  Answer answer(Call.GraphQl call, Caller caller, QuotaState quota, Optional<Fault> fault) {
    return switch (call.preparation()) {
      case Preparation.Invalid(int status, ObjectNode answer, var _) -> json(status, answer);
      case Preparation.Ready ready when isTooLarge(ready, call) -> Refusals.failure(call, 502);
      case Preparation.Ready ready -> {
        ObjectNode answer =
            GraphQlApi.shared()
                .execute(
                    ready,
                    new QueryScope(
                        simulation.replica(fault),
                        caller.account(),
                        quota,
                        simulation.headers().shownReset(quota),
                        call.api(),
                        fault.flatMap(this::refusal)));
        count(ready, answer);
        fault.ifPresent(present -> spoil(answer, present));
        yield json(200, answer);
      }
    };
  }

  private Optional<CommitOutcome> refusal(Fault fault) {
    if (fault instanceof Fault.BranchProtected(Protection kind)) {
      return Optional.of(new CommitOutcome.Protected(kind));
    }
    return fault instanceof Fault.RefRefused
        ? Optional.of(new CommitOutcome.Stale(simulation.world().trackerHead()))
        : Optional.empty();
  }

  private boolean isTooLarge(Preparation.Ready ready, Call.GraphQl call) {
    return ready.plan().operation() == Operation.COMMIT
        && call.request().body().size() > simulation.world().forge().sizes().limits().commitBytes();
  }

  private void count(Preparation.Ready ready, ObjectNode answer) {
    if (ready.plan().operation() == Operation.COMMIT) {
      answer.path("data").forEach(payload -> count(payload));
    }
  }

  private void count(JsonNode payload) {
    if (!payload.isNull()) {
      simulation.tally().commit();
    }
  }

  /// Takes parts of a right answer away again.
  private static void spoil(ObjectNode answer, Fault fault) {
    if (fault instanceof Fault.PartialData(int count, boolean absent)) {
      ArrayNode errors = answer.withArrayProperty("errors");
      for (Alias alias : lastAliases(answer, count)) {
        if (absent) {
          alias.parent().remove(alias.name());
        } else {
          alias.parent().set(alias.name(), NullNode.getInstance());
        }
        ObjectNode error = errors.addObject().put("type", LIMITS_EXCEEDED);
        error.putArray("path").add(alias.parentName()).add(alias.name());
        error.put("message", "Resource limits for this query exceeded.");
      }
    } else if (fault instanceof Fault.UnseenObjects(int count)) {
      lastAliases(answer, count)
          .forEach(alias -> alias.parent().set(alias.name(), NullNode.getInstance()));
    }
  }

  private record Alias(String parentName, ObjectNode parent, String name) {}

  /// The last fields of the repositories in the answer, as far as they are objects.
  private static List<Alias> lastAliases(ObjectNode answer, int count) {
    var aliases = new ArrayList<Alias>();
    answer
        .path("data")
        .properties()
        .forEach(top -> {
          if (top.getValue() instanceof ObjectNode parent) {
            parent.properties().stream()
                .filter(field -> field.getValue().isObject() || field.getValue().isNull())
                .forEach(field -> aliases.add(new Alias(top.getKey(), parent, field.getKey())));
          }
        });
    return aliases.subList(Math.max(0, aliases.size() - count), aliases.size());
  }

  private static Answer json(int status, ObjectNode json) {
    return Answer.of(status, RestApi.JSON_TYPE, Body.of(GraphQlApi.bytes(json)));
  }
}

package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.fault.Operation;
import graphql.language.Argument;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.NodeUtil;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a document will ask for, found without running it, as GitHub counts it: every connection is
/// requested once per node of the connection around it, a hundred requests cost a point, a query
/// costs at least one.
///
/// @param aliases how many git objects are asked for
/// @param nodes how many nodes the connections may return at most
public record QueryPlan(Operation operation, int cost, int aliases, long nodes) {

  /// GitHub's limit for one query.
  static final long MAX_NODES = 500_000;

  private static final Set<String> CONNECTIONS =
      Set.of("pullRequests", "commits", "history", "parents");

  static QueryPlan of(
      Document document, @Nullable String operationName, Map<String, Object> variables) {
    NodeUtil.GetOperationResult found = NodeUtil.getOperation(document, operationName);
    var count = new Count(found.fragmentsByName, found.operationDefinition, variables);
    count.visit(found.operationDefinition.getSelectionSet(), 1);
    boolean mutation =
        found.operationDefinition.getOperation() == OperationDefinition.Operation.MUTATION;
    return new QueryPlan(
        mutation ? Operation.COMMIT : count.operation(),
        Math.max(1, (int) Math.round(count.requests / 100.0)),
        count.aliases,
        count.nodes);
  }

  private static final class Count {

    private final Map<String, FragmentDefinition> fragments;
    private final OperationDefinition operation;
    private final Map<String, Object> variables;
    private final Set<String> names = new HashSet<>();
    private long requests;
    private long nodes;
    private int aliases;

    Count(
        Map<String, FragmentDefinition> fragments,
        OperationDefinition operation,
        Map<String, Object> variables) {
      this.fragments = fragments;
      this.operation = operation;
      this.variables = variables;
    }

    void visit(@Nullable SelectionSet selections, long parents) {
      if (selections == null) {
        return;
      }
      for (Selection<?> selection : selections.getSelections()) {
        switch (selection) {
          case Field field -> visit(field, parents);
          case InlineFragment inline -> visit(inline.getSelectionSet(), parents);
          case FragmentSpread spread ->
              visit(
                  Objects.requireNonNull(fragments.get(spread.getName())).getSelectionSet(),
                  parents);
          default -> throw new IllegalStateException("Unknown selection " + selection);
        }
      }
    }

    private void visit(Field field, long parents) {
      names.add(field.getName());
      long children = parents;
      if (CONNECTIONS.contains(field.getName())) {
        long size = Math.max(size(field, "first"), size(field, "last"));
        requests += parents;
        nodes += parents * size;
        children = parents * Math.max(1, size);
      } else if (field.getName().equals("object") && !field.getArguments().isEmpty()) {
        // Without arguments it is the object of a tree entry, which comes with the entry.
        aliases++;
      }
      visit(field.getSelectionSet(), children);
    }

    private long size(Field field, String argumentName) {
      Argument argument =
          field.getArguments().stream()
              .filter(candidate -> candidate.getName().equals(argumentName))
              .findFirst()
              .orElse(null);
      return argument == null
          ? 0
          : switch (argument.getValue()) {
            case IntValue literal -> literal.getValue().longValue();
            case VariableReference reference -> variable(reference.getName());
            default -> 0;
          };
    }

    private long variable(String name) {
      if (variables.get(name) instanceof Number number) {
        return number.longValue();
      }
      return operation.getVariableDefinitions().stream()
          .filter(definition -> definition.getName().equals(name))
          .map(VariableDefinition::getDefaultValue)
          .map(value -> value instanceof IntValue literal ? literal.getValue() : BigInteger.ZERO)
          .findFirst()
          .orElse(BigInteger.ZERO)
          .longValue();
    }

    private Operation operation() {
      if (names.contains("pullRequests")) {
        return Operation.LIST_HEADS;
      }
      if (names.contains("pullRequest")) {
        return aliases > 0 ? Operation.FETCH_FILES : Operation.READ_HEADS;
      }
      if (names.contains("history")) {
        return Operation.READ_HISTORY;
      }
      if (names.contains("ref")) {
        return Operation.READ_STATE;
      }
      return names.contains("object") ? Operation.FETCH_FILES : Operation.OTHER_QUERY;
    }
  }
}

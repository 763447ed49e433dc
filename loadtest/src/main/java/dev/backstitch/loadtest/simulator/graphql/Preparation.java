package dev.backstitch.loadtest.simulator.graphql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.language.Document;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request's body after it was read and held against the schema.
public sealed interface Preparation {

  /// It can be run.
  record Ready(
      QueryPlan plan,
      Document document,
      String text,
      @Nullable String operationName,
      Map<String, Object> variables)
      implements Preparation {}

  /// It cannot: the answer, and what is wrong in words.
  record Invalid(int status, ObjectNode answer, List<String> problems) implements Preparation {}
}

package dev.backstitch.loadtest.simulator.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.execution.NonNullableValueCoercedAsNullException;
import graphql.execution.RawVariables;
import graphql.execution.ValuesResolver;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.NodeUtil;
import graphql.language.OperationDefinition;
import graphql.language.VariableDefinition;
import graphql.parser.ParserOptions;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLSchema;
import graphql.validation.ValidationError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Reads and runs GraphQL requests. Immutable and thread-safe: what a request reads from comes with
/// it, in its [QueryScope].
public final class GraphQlApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> VARIABLES = new TypeReference<>() {};

  /// Far above what a batch of a hundred aliases needs, so that GitHub's limits are met, not ours.
  private static final ParserOptions LIMITS =
      ParserOptions.newParserOptions()
          .maxCharacters(16 * 1024 * 1024)
          .maxTokens(200_000)
          .maxWhitespaceTokens(2_000_000)
          .build();

  private final GraphQLSchema schema;
  private final GraphQL engine;

  private GraphQlApi(GraphQLSchema schema) {
    this.schema = schema;
    this.engine =
        GraphQL.newGraphQL(schema)
            .preparsedDocumentProvider((input, _) ->
                CompletableFuture.completedFuture(
                    new PreparsedDocumentEntry(
                        Objects.requireNonNull(
                            input.getGraphQLContext().<Document>get(Document.class)))))
            .defaultDataFetcherExceptionHandler(new FieldErrors())
            .build();
  }

  static GraphQlApi load() {
    return new GraphQlApi(SchemaWiring.schema());
  }

  /// The one engine of this process, loaded on first use; it is immutable.
  public static GraphQlApi shared() {
    return Holder.SHARED;
  }

  private static final class Holder {
    static final GraphQlApi SHARED = load();
  }

  /// Reads a request's body and holds its document against the schema.
  public Preparation prepare(byte[] body) {
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (IOException e) {
      return invalid(400, "Problems parsing JSON");
    }
    if (request == null || !request.path("query").isTextual()) {
      return new Preparation.Invalid(
          200,
          errors("A query attribute must be specified and must be a string."),
          List.of("The request has no query"));
    }
    String text = request.get("query").textValue();
    Map<String, Object> variables =
        request.path("variables").isObject()
            ? JSON.convertValue(request.get("variables"), VARIABLES)
            : Map.of();
    @Nullable String operationName = request.path("operationName").textValue();
    return prepare(text, operationName, variables);
  }

  private Preparation prepare(
      String text, @Nullable String operationName, Map<String, Object> variables) {
    ParseAndValidateResult parsed =
        ParseAndValidate.parse(
            ExecutionInput.newExecutionInput(text)
                .graphQLContext(Map.of(ParserOptions.class, LIMITS))
                .build());
    if (parsed.isFailure()) {
      String problem =
          Objects.requireNonNull(parsed.getSyntaxException()).toInvalidSyntaxError().getMessage();
      return new Preparation.Invalid(200, errors(problem), List.of(problem));
    }
    Document document = Objects.requireNonNull(parsed.getDocument());
    List<ValidationError> problems = ParseAndValidate.validate(schema, document, Locale.ROOT);
    if (!problems.isEmpty()) {
      return new Preparation.Invalid(
          200, errors(problems), problems.stream().map(ValidationError::getMessage).toList());
    }
    if (operationName == null
        && document.getDefinitionsOfType(OperationDefinition.class).size() != 1) {
      return new Preparation.Invalid(
          200, errors("An operation name is required"), List.of("No operationName"));
    }
    List<VariableDefinition> expected =
        NodeUtil.getOperation(document, operationName).operationDefinition.getVariableDefinitions();
    try {
      ValuesResolver.coerceVariableValues(
          schema, expected, RawVariables.of(variables), GraphQLContext.getDefault(), Locale.ROOT);
    } catch (CoercingParseValueException | NonNullableValueCoercedAsNullException wrong) {
      return new Preparation.Invalid(
          200, errors(List.of(wrong)), List.of(String.valueOf(wrong.getMessage())));
    }
    QueryPlan plan = QueryPlan.of(document, operationName, variables);
    if (plan.nodes() > QueryPlan.MAX_NODES) {
      ObjectNode answer = JSON.createObjectNode();
      answer
          .putArray("errors")
          .addObject()
          .put("type", "MAX_NODE_LIMIT_EXCEEDED")
          .put(
              "message",
              "This query requests up to %,d possible nodes which exceeds the maximum limit of %,d."
                  .formatted(plan.nodes(), QueryPlan.MAX_NODES));
      return new Preparation.Invalid(200, answer, List.of("Too many nodes: " + plan.nodes()));
    }
    return new Preparation.Ready(plan, document, text, operationName, variables);
  }

  /// Runs a prepared request.
  ///
  /// @return the answer's body: `data`, and `errors` when there are any
  public ObjectNode execute(Preparation.Ready request, QueryScope scope) {
    ExecutionInput.Builder input =
        ExecutionInput.newExecutionInput(request.text())
            .variables(request.variables())
            .graphQLContext(
                Map.of(
                    Document.class, request.document(),
                    QueryScope.class, scope,
                    QueryPlan.class, request.plan()));
    if (request.operationName() != null) {
      input.operationName(request.operationName());
    }
    ExecutionResult result = engine.execute(input.build());
    ObjectNode answer = JSON.createObjectNode();
    if (result.isDataPresent()) {
      answer.set("data", JSON.valueToTree(result.getData()));
    }
    if (!result.getErrors().isEmpty()) {
      answer.set("errors", errors(result.getErrors()).get("errors"));
    }
    return answer;
  }

  private static Preparation invalid(int status, String message) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("message", message);
    answer.put("documentation_url", "https://docs.github.com/graphql");
    answer.put("status", Integer.toString(status));
    return new Preparation.Invalid(status, answer, List.of(message));
  }

  private static ObjectNode errors(String message) {
    ObjectNode answer = JSON.createObjectNode();
    answer.putArray("errors").addObject().put("message", message);
    return answer;
  }

  private static ObjectNode errors(List<? extends GraphQLError> errors) {
    ObjectNode answer = JSON.createObjectNode();
    var nodes = new ArrayList<JsonNode>();
    errors.forEach(error -> nodes.add(GitHubError.json(error)));
    answer.putArray("errors").addAll(nodes);
    return answer;
  }

  /// Writes an answer's body.
  public static byte[] bytes(JsonNode answer) {
    try {
      return JSON.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer of ours is not JSON", e);
    }
  }
}

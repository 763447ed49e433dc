package dev.backstitch.api.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The hand-kept `openapi.yaml`, and whether an answer is as it says.
public final class Contract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Contract INSTANCE = new Contract(read());
  private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(Dialects.getOpenApi31());

  private final JsonNode document;

  private Contract(JsonNode document) {
    this.document = document;
  }

  public static Contract get() {
    return INSTANCE;
  }

  private static JsonNode read() {
    try (InputStream in = Contract.class.getResourceAsStream("/dev/backstitch/api/openapi.yaml")) {
      return new ObjectMapper(new YAMLFactory()).readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// All operations, as `GET /path/{parameter}`.
  public List<String> operations() {
    var operations = new ArrayList<String>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(member -> {
                  if (!member.getKey().equals("parameters")) {
                    operations.add(member.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                  }
                }));
    return operations;
  }

  /// The names of an operation's query parameters.
  public List<String> queryParameters(String operation) {
    return StreamSupport.stream(operation(operation).path("parameters").spliterator(), false)
        .filter(parameter -> parameter.path("in").asText().equals("query"))
        .map(parameter -> parameter.path("name").asText())
        .toList();
  }

  private JsonNode operation(String operation) {
    String[] parts = operation.split(" ", 2);
    return document.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
  }

  /// Fails if the answer is not one that the document allows. Addresses that it doesn't know are
  /// none of its business.
  public void check(String method, String path, HttpResponse<String> answer) {
    Optional<String> operation =
        operations().stream()
            .filter(known -> known.startsWith(method + " "))
            .filter(known -> path.matches(known.split(" ", 2)[1].replaceAll("\\{\\w+}", "[^/]+")))
            .findFirst();
    if (operation.isEmpty()) {
      return;
    }
    String what = operation.get() + " -> " + answer.statusCode();
    JsonNode response =
        resolved(
            operation(operation.get()).path("responses").path(String.valueOf(answer.statusCode())));
    if (response.isMissingNode()) {
      throw new AssertionError(what + " is not documented: " + answer.body());
    }
    response
        .path("headers")
        .properties()
        .forEach(header -> {
          if (answer.headers().firstValue(header.getKey()).isEmpty()) {
            throw new AssertionError(what + " lacks the header " + header.getKey());
          }
        });
    String type = answer.headers().firstValue("Content-Type").orElse("none").split(";", 2)[0];
    JsonNode content = response.path("content").path(type);
    if (content.isMissingNode()) {
      throw new AssertionError(what + " must not be " + type);
    }
    if (type.endsWith("json")) {
      checkSchema(what, content.path("schema"), answer.body());
    }
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private void checkSchema(String what, JsonNode schema, String body) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    whole.putArray("allOf").add(schema);
    whole.set("components", document.path("components"));
    try {
      var errors =
          SCHEMAS
              .getSchema(whole)
              .validate(
                  JSON.readTree(body),
                  execution ->
                      execution.executionConfig(config -> config.formatAssertionsEnabled(true)));
      if (!errors.isEmpty()) {
        throw new AssertionError(what + " is not as documented: " + errors + "\n" + body);
      }
    } catch (IOException e) {
      throw new AssertionError(what + " is no JSON: " + body, e);
    }
  }
}

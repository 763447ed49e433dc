package dev.backstitch.loadtest.simulator.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Cuts GitHub's OpenAPI description (13 MB) down to the operations the simulator serves and the
/// components they reach. Prose and extensions are dropped; a few corrections are made, each with
/// its reason in [#correct].
final class OpenApiReduction {

  /// The operations kept.
  static final List<String> OPERATIONS =
      List.of(
          "get /app/hook/deliveries",
          "get /rate_limit",
          "get /repos/{owner}/{repo}",
          "get /repos/{owner}/{repo}/branches/{branch}",
          "get /repos/{owner}/{repo}/commits/{ref}/check-runs",
          "get /repos/{owner}/{repo}/commits/{ref}/status",
          "get /repos/{owner}/{repo}/contents/{path}",
          "get /repos/{owner}/{repo}/git/blobs/{file_sha}",
          "get /repos/{owner}/{repo}/git/commits/{commit_sha}",
          "get /repos/{owner}/{repo}/git/ref/{ref}",
          "get /repos/{owner}/{repo}/git/trees/{tree_sha}",
          "get /repos/{owner}/{repo}/hooks",
          "get /repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
          "get /repos/{owner}/{repo}/installation",
          "get /repos/{owner}/{repo}/pulls",
          "get /user",
          "patch /repos/{owner}/{repo}/check-runs/{check_run_id}",
          "patch /repos/{owner}/{repo}/git/refs/{ref}",
          "post /app/hook/deliveries/{delivery_id}/attempts",
          "post /app/installations/{installation_id}/access_tokens",
          "post /repos/{owner}/{repo}/check-runs",
          "post /repos/{owner}/{repo}/git/blobs",
          "post /repos/{owner}/{repo}/git/commits",
          "post /repos/{owner}/{repo}/git/refs",
          "post /repos/{owner}/{repo}/git/trees",
          "post /repos/{owner}/{repo}/hooks",
          "post /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts",
          "post /repos/{owner}/{repo}/statuses/{sha}");

  /// The webhooks kept, each as a path of its own below `/webhooks`: the validator knows paths
  /// only.
  static final List<String> EVENTS =
      List.of(
          "ping",
          "pull-request-closed",
          "pull-request-opened",
          "pull-request-reopened",
          "pull-request-synchronize",
          "push");

  /// Prose, and discriminators: the validator refuses GitHub's (they name properties that are
  /// optional, or that a list does not have), and a oneOf decides without them.
  private static final Set<String> DROPPED =
      Set.of("discriminator", "example", "examples", "externalDocs", "summary", "tags", "title");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode whole;
  private final Map<String, JsonNode> reached = new TreeMap<>();
  private final Deque<String> wanted = new ArrayDeque<>();

  private OpenApiReduction(ObjectNode whole) {
    this.whole = whole;
  }

  static String reduce(String wholeJson) throws JsonProcessingException {
    return new OpenApiReduction((ObjectNode) JSON.readTree(wholeJson)).reduce();
  }

  private String reduce() throws JsonProcessingException {
    ObjectNode result = JSON.createObjectNode();
    result.set("openapi", whole.get("openapi"));
    ObjectNode info = result.putObject("info");
    info.set("title", whole.at("/info/title"));
    info.set("version", whole.at("/info/version"));
    info.set("license", whole.at("/info/license"));
    result.set("servers", whole.get("servers"));
    ObjectNode paths = result.putObject("paths");
    for (String name : OPERATIONS) {
      String method = name.substring(0, name.indexOf(' '));
      String path = name.substring(name.indexOf(' ') + 1);
      JsonNode operation = whole.path("paths").path(path).path(method);
      if (operation.isMissingNode()) {
        throw new IllegalArgumentException("GitHub's description has no " + name);
      }
      paths.withObjectProperty(path).set(method, plain(operation, false));
    }
    for (String name : EVENTS) {
      JsonNode event = whole.path("x-webhooks").path(name).path("post");
      if (event.isMissingNode()) {
        throw new IllegalArgumentException("GitHub's description has no webhook " + name);
      }
      ObjectNode post = (ObjectNode) plain(event, false);
      post.remove("parameters");
      paths.putObject("/webhooks/" + name).set("post", post);
    }
    while (!wanted.isEmpty()) {
      String pointer = wanted.pop();
      if (!reached.containsKey(pointer)) {
        reached.put(pointer, plain(whole.at(pointer), false));
      }
    }
    ObjectNode components = result.putObject("components");
    reached.forEach((pointer, component) -> {
      // "/components/<kind>/<name>"
      int nameStart = pointer.lastIndexOf('/') + 1;
      String kind = pointer.substring("/components/".length(), nameStart - 1);
      components.withObjectProperty(kind).set(pointer.substring(nameStart), component);
    });
    correct(result);
    return JSON.writeValueAsString(result) + "\n";
  }

  /// A copy without prose. Inside `properties` every key is a name and must stay, whatever it is.
  private JsonNode plain(JsonNode node, boolean namesAreData) {
    if (node.isArray()) {
      ArrayNode copy = JSON.createArrayNode();
      node.forEach(element -> copy.add(plain(element, false)));
      return copy;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode copy = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = field.getKey();
      if (!namesAreData && (DROPPED.contains(name) || name.startsWith("x-"))) {
        continue;
      }
      if (!namesAreData && name.equals("$ref")) {
        wanted.push(field.getValue().asText().substring(1));
      }
      if (!namesAreData && name.equals("description") && field.getValue().isTextual()) {
        // A response must have a description; nothing else needs one.
        if (node.has("content") || node.has("headers") || node.size() == 1) {
          copy.put(name, "");
        }
        continue;
      }
      copy.set(name, plain(field.getValue(), !namesAreData && name.equals("properties")));
    }
    return copy;
  }

  private void correct(ObjectNode result) {
    // GitHub answers "repo": null for a pull request whose fork was deleted; its description does
    // not say so.
    for (String pull : List.of("pull-request-simple", "pull-request")) {
      redirect(
          result.at("/components/schemas/" + pull + "/properties/head/properties/repo"),
          "repository",
          "nullable-repository");
    }
    // Of "allOf" the validator allows each part's fields only, so nothing can match both. The other
    // part has no field that must be there.
    ObjectNode schemas = (ObjectNode) result.at("/components/schemas");
    schemas.set("pull-request-webhook", schemas.at("/pull-request-webhook/allOf/0"));
    // "nullable" beside "oneOf" is beyond the validator; inside one of the choices it is not.
    for (String person : List.of("author", "committer")) {
      redirect(
          result.at("/components/schemas/commit/properties/" + person + "/oneOf/0"),
          "simple-user",
          "nullable-simple-user");
    }
  }

  private static void redirect(JsonNode reference, String from, String to) {
    String prefix = "#/components/schemas/";
    if (!(reference instanceof ObjectNode node)
        || !node.path("$ref").asText().equals(prefix + from)) {
      throw new IllegalArgumentException("Is the correction still needed? " + reference);
    }
    node.put("$ref", prefix + to);
  }
}

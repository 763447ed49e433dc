package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.api.server.Server;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Starts a sync, shows how it goes and how it ended.
@Command(
    name = "sync",
    description = {
      "Bring a file of every open pull request onto a branch, in one commit.",
      "Uses the running server, or starts one in this process. The token comes from GITHUB_TOKEN"
          + " (contents: write, pull requests: read)."
    })
final class SyncCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Parameters(paramLabel = "OWNER/REPO", description = "The repository.")
  private String repository = "";

  @Option(
      names = "--file",
      paramLabel = "PATH",
      defaultValue = "progress.json",
      description = "The file in every pull request. Default: ${DEFAULT-VALUE}.")
  private String file = "progress.json";

  @Option(
      names = "--base",
      paramLabel = "BRANCH",
      defaultValue = "main",
      description = "Only pull requests against this branch. Default: ${DEFAULT-VALUE}.")
  private String base = "main";

  @Option(
      names = "--branch",
      paramLabel = "BRANCH",
      defaultValue = "tracker",
      description = "Where the result goes; it must exist. Default: ${DEFAULT-VALUE}.")
  private String branch = "tracker";

  @Option(
      names = "--api-url",
      paramLabel = "URL",
      description =
          "GitHub's API, such as https://HOST/api/v3 for GitHub Enterprise. A running server must"
              + " have it in BACKSTITCH_GITHUB_API_URLS. Default: https://api.github.com.")
  private @Nullable String apiUrl;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  SyncCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Optional<ApiClient> running = connection.runningServer(environment);
    if (running.isPresent()) {
      try (ApiClient api = running.get()) {
        return sync(api, true);
      }
    }
    requireToken();
    String api = apiUrl;
    Map<String, String> settings = api == null ? Map.of() : Map.of("github.api-urls", api);
    try (Server server =
            Server.start(
                connection.home().config(environment).quiet(),
                Modules.installed(),
                environment.settings(settings));
        ApiClient client = new ApiClient(server.address(), environment.apiToken())) {
      return sync(client, false);
    }
  }

  private int sync(ApiClient api, boolean serverStays) {
    JsonNode run = api.post("/api/v1/runs", request());
    String runId = run.path("id").asText();
    URI page = serverStays ? api.page(runId) : null;
    if (page != null) {
      output.say("run " + page);
    }
    JsonNode result = new RunProgress(output).follow(api, runId);
    if (json) {
      output.printJson(result);
      return result.path("status").asText().equals("COMPLETED") ? 0 : 1;
    }
    return new SyncOutcome(output).print(result, page);
  }

  private ObjectNode request() {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.put("repository", repository).put("file", file).put("base", base).put("branch", branch);
    if (apiUrl != null) {
      input.put("apiUrl", apiUrl);
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("workflow", "progress-sync").put("key", repository + ":" + branch);
    request.set("input", input);
    return request;
  }

  private void requireToken() {
    if (environment.get("GITHUB_TOKEN").isEmpty()
        && environment.get("BACKSTITCH_GITHUB_APP_ID").isEmpty()) {
      throw new CommandFailedException(
          "GITHUB_TOKEN is not set. Put a token in it that may write contents and read pull"
              + " requests of "
              + repository
              + ".");
    }
  }
}

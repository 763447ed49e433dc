package dev.backstitch.loadtest.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.app.AppIdentity;
import dev.backstitch.activities.app.AppKey;
import dev.backstitch.activities.app.Installations;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.orchestrator.quota.Permit;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An App that somebody outside the simulator's process makes there, and a client that is it.
class AppControlTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(2));
  private final InstantSource clock = () -> github.clock().now();
  private final HttpClient http = GitHubClient.newHttpClient(ClientSettings.DEFAULT);

  @AfterEach
  void close() {
    http.close();
    github.close();
  }

  @Test
  void an_app_gets_its_key_and_an_installation_until_that_is_taken_away() throws Exception {
    JsonNode app = send("POST", "apps", "{'id': 4711, 'slug': 'stitcher'}", 200);
    GitHubClient client = client(4711, app.path("privateKey").asText());

    read(client);

    assertThat(github.counts().of(Operation.CREATE_INSTALLATION_TOKEN)).isEqualTo(1);
    assertThat(app.at("/installation/owner").asText()).isEqualTo("seam-school");
    String installation = "apps/4711/installations/" + app.at("/installation/id").asLong();
    send("DELETE", installation, "", 200);
    assertThatThrownBy(() -> read(client)).isInstanceOf(GitHubException.class);
    send("DELETE", installation, "", 422);
  }

  @Test
  void an_app_may_have_its_key_already_in_any_form_and_several_owners() throws Exception {
    KeyFile key = KeyFile.in(folder);
    JsonNode app = send("POST", "apps", wish(2, key.text(), "other"), 200);
    assertThat(app.has("privateKey")).isFalse();
    assertThatThrownBy(() -> read(client(2, key.text()))).isInstanceOf(GitHubException.class);

    JsonNode second = send("POST", "apps/2/installations", "{}", 200);

    assertThat(second.path("owner").asText()).isEqualTo("seam-school");
    read(client(2, key.text()));
    String base64 = Base64.getMimeEncoder().encodeToString(key.publicKey().getEncoded());
    String half = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    send("POST", "apps", wish(3, half, "seam-school"), 200);
    read(client(3, key.text()));
  }

  @Test
  void the_quota_of_an_installation_grows_with_its_owner() throws Exception {
    String large = "{'id': 5, 'repositories': 40, 'users': 30}";

    assertThat(send("POST", "apps", large, 200).at("/installation/limit").asInt()).isEqualTo(6500);
    String enterprise = "{'owner': 'other', 'enterprise': true}";
    JsonNode other = send("POST", "apps/5/installations", enterprise, 200);
    assertThat(other.path("limit").asInt()).isEqualTo(15_000);
    assertThat(refusal("apps/5/installations", "{'users': -1}")).contains("0 or more");
  }

  @Test
  void an_app_that_cannot_be_is_told_why() throws Exception {
    assertThat(refusal("apps", "{}")).contains("id must be given");
    assertThat(refusal("apps", wish(1, "secret", "a"))).contains("RSA PRIVATE KEY");
    String damaged = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    assertThat(refusal("apps", wish(1, damaged, "a"))).contains("damaged").doesNotContain("c2V");
    assertThat(refusal("apps/1/installations", "{}")).contains("no App '1'");
  }

  private String refusal(String path, String wish) throws Exception {
    return send("POST", path, wish, 422).path("message").asText();
  }

  private static String wish(long id, String key, String owner) {
    return JSON.createObjectNode().put("id", id).put("key", key).put("owner", owner).toString();
  }

  private GitHubClient client(long id, String pem) throws Exception {
    Path file = Files.writeString(folder.resolve("app-" + id + ".pem"), pem);
    ClientSettings settings = ClientSettings.DEFAULT;
    var identity = new AppIdentity(Long.toString(id), AppKey.read(file), clock);
    return new GitHubClient(
        http,
        settings,
        clock,
        new Installations(new GitHubClient(http, settings, clock, identity), identity, clock));
  }

  private void read(GitHubClient client) throws InterruptedException {
    Repository base = Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
    client.get(
        base.api(),
        base.restPath(),
        "application/vnd.github+json",
        "read the repository " + base,
        new Meter(ApiUse.NONE, Permit.NONE, base));
  }

  private JsonNode send(String method, String path, String wish, int status) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(github.apiUrl() + "/_simulator/" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(wish.replace('\'', '"')))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }
}

package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.account.Apps;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whom the git host lets in, and what it does not read.
class GitAccessTest {
  private static final String REFS = "/seam-school/progress.git/info/refs?service=git-upload-pack";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void an_installation_at_another_owner_sees_nothing_private() throws Exception {
    var key = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    Apps.App app = simulator.apps().register(7, "stitcher", (RSAPublicKey) key.getPublic());
    String ours = simulator.apps().issue(simulator.apps().install(app, "Seam-School")).token();
    String theirs = simulator.apps().issue(simulator.apps().install(app, "elsewhere")).token();
    assertThat(status(theirs)).as("it is public").isEqualTo(200);

    simulator.world().forge().makePrivate();

    assertThat(status(ours)).isEqualTo(200);
    assertThat(status(theirs)).isEqualTo(404);
    try (var rest = new ApiClient(simulator.apiUrl(), theirs)) {
      assertThat(rest.get("/repos/seam-school/progress").statusCode()).isEqualTo(404);
    }
  }

  private int status(String token) throws Exception {
    try (var client = new ApiClient(simulator).with("Authorization", basic(token))) {
      return client.get(REFS).statusCode();
    }
  }

  @Test
  void a_request_that_swells_beyond_measure_is_none() throws Exception {
    var swollen = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(swollen)) {
      gzip.write(new byte[17 * 1024 * 1024]);
    }
    try (var client = new ApiClient(simulator).with("Authorization", basic(simulator.token()))) {
      HttpResponse<byte[]> answer =
          client.send(
              client
                  .request("/seam-school/progress.git/git-upload-pack")
                  .header("Content-Encoding", "gzip")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(swollen.toByteArray())));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(ApiClient.text(answer)).contains("larger than");
    }
  }

  private static String basic(String token) {
    String pair = "x-access-token:" + token;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}

package dev.backstitch.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerDrainTest {
  private final TestApp app = TestApp.start();

  @AfterEach
  void close() {
    app.close();
  }

  @Test
  void a_draining_server_serves_is_not_ready_and_ends_each_connection_with_its_answer() {
    assertThat(app.get("/readyz").statusCode()).isEqualTo(200);

    app.server().drain();

    HttpResponse<String> ready = app.get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(TestApp.json(ready).path("reason").asText())
        .isEqualTo("The server is about to stop.");
    HttpResponse<String> started =
        app.post("/api/v1/runs", "{\"workflow\":\"greet\",\"input\":{\"name\":\"Ada\"}}");
    assertThat(started.statusCode()).isEqualTo(201);
    HttpResponse<String> refused = app.post("/api/v1/runs", "{\"workflow\":\"nobody\"}");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(ready.headers().allValues("Connection")).containsExactly("close");
    assertThat(started.headers().allValues("Connection")).containsExactly("close");
    assertThat(refused.headers().allValues("Connection")).containsExactly("close");
  }

  @Test
  void whoever_has_waited_since_before_is_answered_and_told_too() {
    RunId run = app.start("gated", null, "{\"name\":\"Ada\"}");
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () -> app.get("/api/v1/runs/" + run + "/result?wait=15s"),
            task -> Thread.ofVirtual().start(task));
    await().until(() -> app.server().connections() > 0);

    app.server().drain();
    app.samples.openGate();

    HttpResponse<String> result = waiting.join();
    assertThat(TestApp.json(result).path("status").asText()).isEqualTo("COMPLETED");
    assertThat(result.headers().allValues("Connection")).containsExactly("close");
  }

  @Test
  void a_server_without_clients_does_not_wait_for_any() {
    long begin = System.nanoTime();

    app.server().drain();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Server.DRAIN);
  }
}

package dev.backstitch.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventStreamsTest {

  @Test
  void a_closed_run_is_sent_whole_and_then_closed() throws Exception {
    try (var app = TestApp.start();
        var client = HttpClient.newHttpClient()) {
      RunId id = app.run("greet", null, "{\"name\":\"Ada\"}");

      List<String> lines = lines(client, app.request("/api/v1/runs/" + id + "/stream")).toList();

      assertThat(ids(lines)).containsExactly("1", "2", "3", "4");
      assertThat(lines)
          .filteredOn(line -> line.startsWith("event: "))
          .containsExactly(
              "event: recorded",
              "event: recorded",
              "event: recorded",
              "event: recorded",
              "event: closed");
      assertThat(lines).contains("data: {\"status\":\"COMPLETED\"}");
      assertThat(lines).anyMatch(line -> line.contains("\"type\":\"RunStarted\""));
    }
  }

  @Test
  void events_arrive_while_the_run_goes_on() throws Exception {
    try (var app = TestApp.start();
        var client = HttpClient.newHttpClient()) {
      RunId id = app.start("gated", null, "{\"name\":\"Ada\"}");

      var seen = new ArrayList<String>();
      try (Stream<String> lines = lines(client, app.request("/api/v1/runs/" + id + "/stream"))) {
        lines.forEach(line -> {
          seen.add(line);
          if (line.contains("PassGate")) {
            // Only now, with the stream open, can the run go on.
            app.samples.openGate();
          }
        });
      }

      assertThat(ids(seen)).containsExactly("1", "2", "3", "4", "5", "6");
      assertThat(seen).contains("event: closed");
    }
  }

  @Test
  void a_client_that_comes_back_goes_on_where_it_was() throws Exception {
    try (var app = TestApp.start();
        var client = HttpClient.newHttpClient()) {
      RunId id = app.run("greet", null, "{\"name\":\"Ada\"}");
      String path = "/api/v1/runs/" + id + "/stream";

      var byParameter = lines(client, app.request(path + "?after=2")).toList();
      var byHeader =
          lines(client, app.request(path + "?after=1").header("Last-Event-ID", "3")).toList();
      var atTheEnd = lines(client, app.request(path).header("Last-Event-ID", "4")).toList();
      var wrong = app.send(app.request(path).header("Last-Event-ID", "abc"));

      assertThat(ids(byParameter)).containsExactly("3", "4");
      assertThat(ids(byHeader)).containsExactly("4");
      assertThat(ids(atTheEnd)).isEmpty();
      assertThat(atTheEnd).contains("event: closed");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(TestApp.json(wrong).path("field").asText()).isEqualTo("Last-Event-ID");
    }
  }

  @Test
  void line_breaks_in_a_payload_do_not_break_the_stream() throws Exception {
    try (var app = TestApp.start();
        var client = HttpClient.newHttpClient()) {
      RunId id = app.run("greet", null, "{\n  \"name\": \"Ada\"\n}");

      List<String> lines = lines(client, app.request("/api/v1/runs/" + id + "/stream")).toList();

      assertThat(lines).anyMatch(line -> line.contains("{   \"name\": \"Ada\" }"));
    }
  }

  @Test
  void there_is_a_bound_on_listeners_and_a_place_is_free_again_when_one_leaves() throws Exception {
    try (var app = TestApp.start(config -> config.withMostStreams(1))) {
      String path = "/api/v1/runs/" + app.start("gated", null, "{\"name\":\"Ada\"}") + "/stream";
      try (var client = HttpClient.newHttpClient()) {
        HttpResponse<InputStream> first =
            client.send(app.request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(first.body().read()).isNotNegative();

        var second = app.get(path);

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(TestApp.json(second).path("code").asText()).isEqualTo("too-many-streams");
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(app.get("/metrics").body()).contains("backstitch_streams_listening 1.0");
        app.samples.openGate();
        first.body().readAllBytes();
      }
      assertThat(app.get(path).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_server_that_stops_ends_its_streams_at_once() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var app = TestApp.start()) {
      RunId id = app.start("gated", null, "{\"name\":\"Ada\"}");
      HttpResponse<InputStream> stream =
          client.send(
              app.request("/api/v1/runs/" + id + "/stream").build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(stream.body().read()).isNotNegative();

      long before = System.nanoTime();
      app.server().close();
      Duration took = Duration.ofNanos(System.nanoTime() - before);

      // A heartbeat is ten seconds: it did not wait for one. The run is still open.
      assertThat(took).isLessThan(Duration.ofSeconds(8));
      assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
          .doesNotContain("event: closed");
    }
  }

  private static Stream<String> lines(HttpClient client, HttpRequest.Builder request)
      throws Exception {
    HttpResponse<Stream<String>> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    return answer.body();
  }

  private static List<String> ids(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("id: "))
        .map(line -> line.substring(4))
        .toList();
  }
}

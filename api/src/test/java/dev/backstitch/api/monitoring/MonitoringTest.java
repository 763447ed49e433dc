package dev.backstitch.api.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.testing.TestApp;
import org.junit.jupiter.api.Test;

class MonitoringTest {

  @Test
  void metrics_show_the_engine_its_cache_and_the_time_of_requests_by_route() {
    try (var app = TestApp.start()) {
      var id = app.run("greet", null, "{\"name\":\"Ada\"}");
      app.get("/api/v1/runs/" + id);
      app.get("/no/such/address");

      var metrics = app.get("/metrics");

      assertThat(metrics.body())
          .contains("backstitch_runs_started_total 1.0")
          .contains("backstitch_runs_closed_total 1.0")
          .contains("backstitch_cache_hit_ratio 1.0")
          .contains("backstitch_cache_misses_total 0.0")
          .contains("backstitch_activity_attempts_total 1.0")
          .containsPattern("backstitch_lanes [1-9]")
          .contains("backstitch_outbox_waiting 0.0")
          .contains("backstitch_outbox_dead 0.0")
          .contains("backstitch_outbox_oldest_waiting_seconds 0.0")
          .contains("backstitch_outbox_posts{fate=\"delivered\"} 0.0")
          .contains("backstitch_outbox_posts{fate=\"superseded\"} 0.0")
          .containsPattern("backstitch_lane_seconds_total\\{state=\"writing\"} [0-9]")
          .containsPattern("backstitch_lane_seconds_total\\{state=\"waiting\"} [0-9]")
          .containsPattern("backstitch_flushes_by_checkpoints_total\\{le=\"16\"} [1-9]")
          .containsPattern("backstitch_flushes_by_events_total\\{le=\"\\+Inf\"} [1-9]")
          .contains(
              "http_server_requests_seconds_count{method=\"GET\",route=\"/api/v1/runs/{id}\",status=\"200\"} 1")
          .contains("route=\"none\",status=\"404\"");
      assertThat(metrics.body()).doesNotContain(id.toString());
    }
  }

  @Test
  void health_names_the_service_and_the_process() {
    try (var app = TestApp.start()) {
      var health = TestApp.json(app.get("/healthz"));

      assertThat(health.path("service").asText()).isEqualTo("backstitch");
      assertThat(health.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void without_its_database_a_server_is_alive_but_not_ready() {
    try (var app = TestApp.start()) {
      assertThat(TestApp.json(app.get("/readyz")).path("ready").asBoolean()).isTrue();

      app.dropDatabase();
      var readiness = app.get("/readyz");

      var runs = app.get("/api/v1/runs");

      assertThat(app.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(app.get("/metrics").body()).contains("backstitch_outbox_waiting NaN");
      assertThat(runs.statusCode()).isEqualTo(503);
      assertThat(TestApp.json(runs).path("code").asText()).isEqualTo("database-unavailable");
      assertThat(readiness.statusCode()).isEqualTo(503);
      assertThat(TestApp.json(readiness).path("reason").asText()).isNotBlank();
    }
  }
}

package dev.backstitch.api.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.testing.TestApp;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncPagesTest {
  private final RecordedSyncs work = new RecordedSyncs();
  private final TestApp app = TestApp.startWith(work, Map.of());

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void without_a_sync_the_page_says_how_to_configure_one() {
    assertThat(app.get("/syncs").body()).contains("syncs apply FILE");
  }

  @Test
  void a_sync_is_shown_with_what_starts_it_and_is_run_dry_by_its_button() {
    app.put(
        "/api/v1/syncs/course",
        "{\"repositories\": [\"course/progress\"], \"webhook\": true,"
            + " \"schedule\": {\"every\": \"30m\"}}");

    HttpResponse<String> pressed =
        app.send(app.request("/syncs/course/dry-runs").POST(HttpRequest.BodyPublishers.noBody()));
    String page = app.get("/syncs").body();

    assertThat(pressed.statusCode()).isEqualTo(303);
    assertThat(pressed.headers().firstValue("Location").orElseThrow()).startsWith("/runs/");
    assertThat(page)
        .contains("course/progress", "every 30m, webhooks", "dry run", "Run now", "Dry run");
  }

  @Test
  void another_sites_page_can_not_press_the_button() {
    HttpResponse<String> pressed =
        app.send(
            app.request("/syncs/course/runs")
                .header("Origin", "https://evil.example.com")
                .POST(HttpRequest.BodyPublishers.noBody()));

    assertThat(pressed.statusCode()).isEqualTo(403);
  }
}

package dev.backstitch.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostsApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TestApp app;

  @BeforeAll
  void start() {
    app = TestApp.start();
  }

  @AfterAll
  void stop() {
    app.close();
  }

  /// The run's posts when its last one has the fate.
  private JsonNode posts(RunId run, String fate) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    JsonNode posts = posts(run);
    while (!posts.path("posts").path(2).path("fate").asText().equals(fate)) {
      assertThat(System.nanoTime()).as("still %s", posts).isLessThan(until);
      Thread.onSpinWait();
      posts = posts(run);
    }
    return posts;
  }

  private JsonNode posts(RunId run) {
    return TestApp.json(app.get("/api/v1/runs/" + run + "/posts"));
  }

  @Test
  void three_changes_in_one_step_are_one_post_and_the_page_says_so() {
    RunId run = app.start("announce", null, "{\"name\":\"Ada\"}");

    JsonNode posts = posts(run, "DELIVERED");

    assertThat(posts.path("posts"))
        .extracting(post -> post.path("fate").asText())
        .containsExactly("SUPERSEDED", "SUPERSEDED", "DELIVERED");
    JsonNode tally = posts.path("targets").path(0);
    assertThat(tally.path("recorded").asInt()).isEqualTo(3);
    assertThat(tally.path("superseded").asInt()).isEqualTo(2);
    assertThat(tally.path("deliveries").asInt()).isEqualTo(1);
    assertThat(app.get("/runs/" + run).body())
        .contains("board:hall", "3 changes, 1 post", "recorded 3, superseded 2, delivered 1");
    JsonNode target = TestApp.json(app.get("/api/v1/outbox?target=board:hall")).path("targets");
    assertThat(target.path(0).path("last").path("receipt").asText()).startsWith("note ");
  }

  @Test
  void a_dead_post_is_listed_and_can_be_driven_again() {
    RunId run = app.start("announce", null, "{\"name\":\"ADA\"}");
    posts(run, "DEAD");

    JsonNode dead = TestApp.json(app.get("/api/v1/outbox")).path("undelivered").path(0);
    assertThat(dead.path("dead").asBoolean()).isTrue();
    assertThat(dead.path("problem").asText()).isEqualTo("no shouting");
    assertThat(dead.path("runId").asText()).isEqualTo(run.toString());
    var redriven =
        app.post("/api/v1/outbox/redrive", "{\"target\": \"board:hall\", \"key\": \"guest\"}");

    assertThat(redriven.statusCode()).isEqualTo(200);
    assertThat(TestApp.json(redriven).path("redriven").asInt()).isEqualTo(1);
    posts(run, "DEAD");
  }

  @Test
  void what_is_not_there_is_told() {
    assertThat(app.get("/api/v1/runs/0000000000001/posts").statusCode()).isEqualTo(404);
    var unknown = app.post("/api/v1/outbox/redrive", "{\"target\": \"board:attic\"}");
    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(TestApp.json(unknown).path("detail").asText()).contains("board:attic");
  }
}

package dev.backstitch.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.post.CommitKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The check runs of one repository. For one delivery.
///
/// @param meter what the delivery may use
record CheckRuns(GitHubClient client, Repository repository, Meter meter) {
  /// GitHub takes no more with one request.
  static final int ANNOTATIONS_AT_ONCE = 50;

  private static final ObjectMapper JSON = new ObjectMapper();

  /// One that is there.
  record Found(long id, Stamp stamp, boolean completed, int annotations) {}

  /// The newest of ours under a key.
  Optional<Found> find(CommitKey key) throws InterruptedException {
    String path =
        repository.restPath()
            + "/commits/"
            + key.sha()
            + "/check-runs?filter=all&per_page=100&check_name="
            + URLEncoder.encode(key.name(), StandardCharsets.UTF_8).replace("+", "%20");
    String purpose = "look for the check run " + key.name() + " of commit " + key.sha();
    return client.getPages(repository.api(), path, purpose, meter).stream()
        .flatMap(page -> page.path("check_runs").valueStream())
        .flatMap(run -> found(run).stream())
        .max(Comparator.comparingLong(Found::id));
  }

  private static Optional<Found> found(JsonNode run) {
    return Stamp.read(run.path("external_id").asText(""))
        .map(stamp ->
            new Found(
                run.path("id").asLong(),
                stamp,
                run.path("status").asText().equals("completed"),
                run.path("output").path("annotations_count").asInt()));
  }

  /// Makes one, with one part of the report.
  ///
  /// @return its id
  long create(CommitKey key, CheckReport report, Stamp stamp) throws InterruptedException {
    ObjectNode body = body(report, stamp).put("name", key.name()).put("head_sha", key.sha());
    return write(RestWrite.Method.POST, "/check-runs", body, "make the check run " + key.name());
  }

  /// Updates one, with one part of the report.
  long update(long id, CommitKey key, CheckReport report, Stamp stamp) throws InterruptedException {
    return write(
        RestWrite.Method.PATCH,
        "/check-runs/" + id,
        body(report, stamp),
        "update the check run " + key.name());
  }

  private long write(RestWrite.Method method, String path, ObjectNode body, String what)
      throws InterruptedException {
    String purpose = what + " of " + repository;
    return client
        .write(
            new RestWrite(repository.api(), method, repository.restPath() + path, body, purpose),
            meter)
        .json(purpose)
        .path("id")
        .asLong();
  }

  private static ObjectNode body(CheckReport report, Stamp stamp) {
    ObjectNode body = JSON.createObjectNode();
    body.put("external_id", stamp.toString());
    JsonNode state = JSON.valueToTree(report.state());
    if (!report.state().isCompleted()) {
      body.set("status", state);
    } else if (stamp.isWhole()) {
      body.put("status", "completed");
      body.set("conclusion", state);
    } else {
      body.put("status", "in_progress");
    }
    if (report.detailsUrl() != null) {
      body.put("details_url", report.detailsUrl());
    }
    ObjectNode output = body.putObject("output");
    output.put("title", report.title()).put("summary", report.summary());
    if (report.text() != null) {
      output.put("text", report.text());
    }
    int from = (stamp.part() - 1) * ANNOTATIONS_AT_ONCE;
    int to = Math.min(from + ANNOTATIONS_AT_ONCE, report.annotations().size());
    annotations(output, report.annotations().subList(from, to));
    return body;
  }

  private static void annotations(ObjectNode output, List<Annotation> annotations) {
    if (annotations.isEmpty()) {
      return;
    }
    ArrayNode array = output.putArray("annotations");
    for (Annotation annotation : annotations) {
      ObjectNode node = array.addObject();
      node.put("path", annotation.path());
      node.put("start_line", annotation.startLine()).put("end_line", annotation.endLine());
      node.set("annotation_level", JSON.valueToTree(annotation.level()));
      node.put("message", annotation.message());
      if (annotation.title() != null) {
        node.put("title", annotation.title());
      }
      if (annotation.rawDetails() != null) {
        node.put("raw_details", annotation.rawDetails());
      }
    }
  }
}

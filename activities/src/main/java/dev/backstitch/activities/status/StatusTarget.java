package dev.backstitch.activities.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.post.OneByOne;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.activities.post.RepositoryPlace;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sets statuses of commits. Thread-safe.
public final class StatusTarget implements PostTarget {
  /// The kind of target.
  public static final String KIND = "github-status";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubClient client;
  private final Reach reach;
  private final OneByOne<CommitStatus> oneByOne;

  /// @param reach where repositories may be
  public StatusTarget(GitHubClient client, Reach reach, InstantSource clock) {
    this.client = client;
    this.reach = reach;
    this.oneByOne = new OneByOne<>(CommitStatus.class, clock);
  }

  /// The statuses of a repository as a target, such as
  /// `github-status:https://api.github.com/OWNER/REPO`.
  public static Target target(Repository repository) {
    return RepositoryPlace.target(KIND, repository);
  }

  @Override
  public @Nullable QuotaUse quota(Target target, boolean asks) {
    return RepositoryPlace.quota(target.place(), reach, asks);
  }

  @Override
  public List<PostOutcome> deliver(Delivery delivery) throws InterruptedException {
    Repository repository;
    try {
      repository = RepositoryPlace.parse(delivery.target().place(), reach.apis());
    } catch (IllegalArgumentException e) {
      PostOutcome refused = new PostOutcome.Refused(String.valueOf(e.getMessage()));
      return delivery.items().stream().map(_ -> refused).toList();
    }
    Meter meter = new Meter(ApiUse.NONE, delivery.permit(), repository);
    return oneByOne.send(delivery.items(), (key, status, _) -> set(repository, key, status, meter));
  }

  private String set(Repository repository, CommitKey key, CommitStatus status, Meter meter)
      throws InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.set("state", JSON.valueToTree(status.state()));
    body.put("context", key.name());
    body.put("description", status.description());
    body.put("target_url", status.targetUrl());
    String purpose = "set the status " + key.name() + " of commit " + key.sha();
    return client
        .write(
            new RestWrite(
                repository.api(),
                RestWrite.Method.POST,
                repository.restPath() + "/statuses/" + key.sha(),
                body,
                purpose),
            meter)
        .json(purpose)
        .path("id")
        .asText();
  }

  @Override
  public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit)
      throws InterruptedException {
    try {
      return answers(target, doubts, permit);
    } catch (GitHubException failed) {
      throw failed.problem().toFailure(failed);
    }
  }

  private List<ReadBack> answers(Target target, List<Doubt> doubts, Permit permit)
      throws InterruptedException {
    Repository repository = RepositoryPlace.parse(target.place(), reach.apis());
    Meter meter = new Meter(ApiUse.NONE, permit, repository);
    Map<String, List<JsonNode>> byCommit = new HashMap<>();
    List<ReadBack> answers = new ArrayList<>();
    for (Doubt doubt : doubts) {
      CommitKey key = CommitKey.of(doubt.key());
      if (doubt.contentJson().equals("null")) {
        answers.add(ReadBack.UNSURE);
        continue;
      }
      List<JsonNode> shown = byCommit.get(key.sha());
      if (shown == null) {
        shown = shown(repository, key.sha(), meter);
        byCommit.put(key.sha(), shown);
      }
      CommitStatus wanted = oneByOne.read(doubt.contentJson());
      answers.add(
          shown.stream().anyMatch(status -> isShown(status, key, wanted))
              ? ReadBack.LANDED
              : ReadBack.ABSENT);
    }
    return answers;
  }

  /// The last status of each context.
  private List<JsonNode> shown(Repository repository, String sha, Meter meter)
      throws InterruptedException {
    List<JsonNode> shown = new ArrayList<>();
    client
        .getPages(
            repository.api(),
            repository.restPath() + "/commits/" + sha + "/status?per_page=100",
            "read the statuses of commit " + sha,
            meter)
        .forEach(page -> page.path("statuses").forEach(shown::add));
    return shown;
  }

  private static boolean isShown(JsonNode status, CommitKey key, CommitStatus wanted) {
    return status.path("context").asText().equalsIgnoreCase(key.name())
        && status.path("state").equals(JSON.valueToTree(wanted.state()))
        && same(status.path("description").textValue(), wanted.description())
        && same(status.path("target_url").textValue(), wanted.targetUrl());
  }

  /// GitHub tells a text that is not there as null or as an empty one.
  private static boolean same(@Nullable String shown, @Nullable String wanted) {
    return Objects.requireNonNullElse(shown, "").equals(Objects.requireNonNullElse(wanted, ""));
  }
}

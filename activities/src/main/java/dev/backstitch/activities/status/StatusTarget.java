package dev.backstitch.activities.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.post.CommitTarget;
import dev.backstitch.activities.post.OneByOne;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.activities.post.RepositoryPlace;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sets statuses of commits. Thread-safe.
public final class StatusTarget extends CommitTarget<CommitStatus> {
  /// The kind of target.
  public static final String KIND = "github-status";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubClient client;

  /// @param reach where repositories may be
  public StatusTarget(GitHubClient client, Reach reach, InstantSource clock) {
    super(CommitStatus.class, reach, clock);
    this.client = client;
  }

  /// The statuses of a repository as a target, such as
  /// `github-status:https://api.github.com/OWNER/REPO`.
  public static Target target(Repository repository) {
    return RepositoryPlace.target(KIND, repository);
  }

  @Override
  protected OneByOne.Sender<CommitStatus> sender(Repository repository, Meter meter) {
    return (key, status, _) -> set(repository, key, status, meter);
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
  protected List<ReadBack> answers(Repository repository, List<Doubt> doubts, Meter meter)
      throws InterruptedException {
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
      CommitStatus wanted = read(doubt.contentJson());
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

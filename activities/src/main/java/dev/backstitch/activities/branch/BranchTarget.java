package dev.backstitch.activities.branch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.branch.BranchClient.State;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.BranchCommit;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.activities.post.GitHubOutcome;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Commits posts to a branch: the key is a path, the content a [BranchFile]. All of a delivery are
/// one commit, unless GitHub has refused them for their size ([Portion]). Thread-safe.
public final class BranchTarget implements PostTarget {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final PostOutcome NOT_YET =
      new PostOutcome.Later("a larger commit was refused, so it goes in parts", Duration.ZERO);

  private final BranchClient client;
  private final Reach reach;
  private final RetryPolicy tries;
  private final RandomGenerator random;

  /// @param reach where branches may be
  /// @param tries how often a commit is tried when others are faster
  /// @param random spreads the tries
  public BranchTarget(GraphQl graphQl, Reach reach, RetryPolicy tries, RandomGenerator random) {
    this.client = new BranchClient(graphQl);
    this.reach = reach;
    this.tries = tries;
    this.random = random;
  }

  @Override
  public @Nullable QuotaUse quota(Target target, boolean asks) {
    try {
      BranchAddress branch = BranchAddress.parse(target.place(), reach.apis());
      return reach.quota().of(branch.repository(), asks);
    } catch (IllegalArgumentException nowhere) {
      return null;
    }
  }

  @Override
  public List<PostOutcome> deliver(Delivery delivery) throws InterruptedException {
    Map<String, String> unfit = new HashMap<>();
    SortedMap<String, @Nullable String> wanted = new TreeMap<>();
    for (Item item : delivery.items()) {
      Optional<String> problem = read(item, wanted);
      problem.ifPresent(found -> unfit.put(item.key(), found));
    }
    Portion portion = Portion.of(delivery, wanted);
    PostOutcome outcome = deliver(delivery, portion);
    List<PostOutcome> outcomes = new ArrayList<>();
    for (Item item : delivery.items()) {
      String problem = unfit.get(item.key());
      if (problem != null) {
        outcomes.add(new PostOutcome.Refused(problem));
      } else {
        outcomes.add(portion.files().containsKey(item.key()) ? outcome : NOT_YET);
      }
    }
    return outcomes;
  }

  /// Adds the item to what is wanted, or says why it can't be.
  private static Optional<String> read(Item item, SortedMap<String, @Nullable String> wanted) {
    if (!isPath(item.key())) {
      return Optional.of("a file's path is relative and has no '.', '..' or .git in it");
    }
    try {
      JsonNode content = JSON.readTree(item.contentJson());
      JsonNode text = content.path("text");
      if (!content.isObject() || !(text.isTextual() || text.isNull())) {
        return Optional.of("a file is {\"text\": ...}, with a text or null");
      }
      wanted.put(item.key(), text.isNull() ? null : text.asText());
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of("a file is {\"text\": ...}: " + e.getOriginalMessage());
    }
  }

  private static boolean isPath(String key) {
    return Arrays.stream(key.split("/", -1))
        .noneMatch(part ->
            part.isEmpty()
                || part.equals(".")
                || part.equals("..")
                || part.equalsIgnoreCase(".git"));
  }

  private PostOutcome deliver(Delivery delivery, Portion portion) throws InterruptedException {
    BranchAddress branch;
    try {
      branch = BranchAddress.parse(delivery.target().place(), reach.apis());
    } catch (IllegalArgumentException e) {
      return new PostOutcome.Refused(String.valueOf(e.getMessage()));
    }
    Meter meter = new Meter(ApiUse.NONE, delivery.permit(), branch.repository());
    SortedMap<String, @Nullable String> wanted = portion.files();
    for (int attempt = 1; ; attempt++) {
      try {
        State state = client.read(branch, List.copyOf(wanted.keySet()), meter);
        SortedMap<String, @Nullable String> missing = missing(wanted, state);
        return new PostOutcome.Delivered(
            missing.isEmpty()
                ? state.headOid()
                : client.commit(commit(delivery, portion, state, missing), meter));
      } catch (GitHubException failed) {
        if (failed.problem().kind() != Kind.STALE || attempt >= tries.attempts()) {
          return GitHubOutcome.of(failed.problem());
        }
      }
      Thread.sleep(tries.delayAfter(attempt, random.nextDouble()));
    }
  }

  /// What the branch does not have yet.
  private static SortedMap<String, @Nullable String> missing(
      SortedMap<String, @Nullable String> wanted, State state) {
    SortedMap<String, @Nullable String> missing = new TreeMap<>();
    wanted.forEach((path, text) -> {
      String there = state.blobs().get(path);
      boolean same =
          text == null
              ? there == null
              : there != null && GitBlob.isOf(there, text.getBytes(StandardCharsets.UTF_8));
      if (!same) {
        missing.put(path, text);
      }
    });
    return missing;
  }

  private static BranchCommit commit(
      Delivery delivery, Portion portion, State state, SortedMap<String, @Nullable String> files) {
    String headline =
        files.size() == 1 ? "Update " + files.firstKey() : "Update " + files.size() + " files";
    return new BranchCommit(
        state.branch().repository(),
        state.branch().branch(),
        state.headOid(),
        new BranchCommit.Message(headline, String.join("\n", portion.marks(delivery.id()))),
        files);
  }

  @Override
  public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit)
      throws InterruptedException {
    BranchAddress branch = BranchAddress.parse(target.place(), reach.apis());
    State state;
    try {
      state = client.read(branch, List.of(), new Meter(ApiUse.NONE, permit, branch.repository()));
    } catch (GitHubException failed) {
      throw failed.problem().toFailure(failed);
    }
    return doubts.stream()
        .map(doubt ->
            state.recent().stream().anyMatch(commit -> Portion.brought(doubt, commit))
                ? ReadBack.LANDED
                : ReadBack.ABSENT)
        .toList();
  }
}

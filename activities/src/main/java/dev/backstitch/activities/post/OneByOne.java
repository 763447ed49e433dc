package dev.backstitch.activities.post;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget.Item;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends the posts of a delivery one after the other. Thread-safe.
///
/// @param <C> their content
public final class OneByOne<C> {
  /// No further post is begun after so long: a delivery that takes too long is cut off, and nobody
  /// knows what became of any of its posts.
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Class<C> content;
  private final InstantSource clock;

  /// Sends one.
  @FunctionalInterface
  public interface Sender<C> {

    /// Sends a post.
    ///
    /// @return what the target calls it
    /// @throws GitHubException if GitHub did not take it
    String send(CommitKey key, C content, Item item) throws InterruptedException;
  }

  /// @param content a record
  public OneByOne(Class<C> content, InstantSource clock) {
    this.content = content;
    this.clock = clock;
  }

  /// Sends as many as it can.
  ///
  /// @return one outcome for each
  public List<PostOutcome> send(List<Item> items, Sender<C> sender) throws InterruptedException {
    Instant until = clock.instant().plus(ENOUGH);
    List<PostOutcome> outcomes = new ArrayList<>();
    PostOutcome rest = null;
    for (Item item : items) {
      if (rest == null && clock.instant().isAfter(until)) {
        rest = new PostOutcome.Later("there were too many for one delivery", Duration.ZERO);
      }
      PostOutcome outcome = rest == null ? send(item, sender) : rest;
      outcomes.add(outcome);
      rest = rest == null ? forTheRest(outcome) : rest;
    }
    return outcomes;
  }

  private PostOutcome send(Item item, Sender<C> sender) throws InterruptedException {
    CommitKey key;
    C wanted;
    try {
      key = CommitKey.of(item.key());
      wanted = read(item.contentJson());
    } catch (IllegalArgumentException unfit) {
      return new PostOutcome.Refused(String.valueOf(unfit.getMessage()));
    }
    try {
      return new PostOutcome.Delivered(sender.send(key, wanted, item));
    } catch (GitHubException failed) {
      return GitHubOutcome.of(failed.problem());
    }
  }

  /// Reads a content.
  ///
  /// @throws IllegalArgumentException if it is none
  public C read(String contentJson) {
    try {
      return JSON.readValue(contentJson, content);
    } catch (JacksonException unfit) {
      Throwable cause = unfit.getCause() instanceof IllegalArgumentException told ? told : unfit;
      String said =
          cause instanceof JacksonException json
              ? json.getOriginalMessage()
              : String.valueOf(cause.getMessage());
      throw new IllegalArgumentException(
          "it is no " + content.getSimpleName() + ": " + said, unfit);
    }
  }

  /// What happens to those behind a post that GitHub did not take, unless that was its own fault.
  private static @Nullable PostOutcome forTheRest(PostOutcome outcome) {
    return switch (outcome) {
      case PostOutcome.Delivered _, PostOutcome.Refused _ -> null;
      case PostOutcome.Later later -> later;
      case PostOutcome.Failed(String problem) -> notTried(problem);
      case PostOutcome.Unknown(String problem) -> notTried(problem);
    };
  }

  private static PostOutcome notTried(String problem) {
    return new PostOutcome.Later(
        "not tried, because the one before met: " + problem, Duration.ZERO);
  }
}

package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What a batch's events put into the outbox: the event is the post, so one can't be there without
/// the other.
final class PostRows {
  private final List<Post> posts = new ArrayList<>();
  private final List<FinalPost> finals = new ArrayList<>();

  private record Post(long runId, int seq, String target, String key, Payload content) {}

  private record FinalPost(
      long runId, String target, String key, RunStatus status, Payload content) {}

  PostRows(List<Checkpoint> batch) {
    batch.forEach(checkpoint -> checkpoint.events().forEach(this::add));
  }

  private void add(RecordedEvent recorded) {
    long runId = recorded.runId().value();
    if (recorded.event() instanceof Event.PostRecorded post) {
      posts.add(new Post(runId, recorded.seq(), post.target(), post.key(), post.content()));
    } else if (recorded.event() instanceof Event.FinalPostDeclared declared) {
      add(runId, declared, RunStatus.COMPLETED, declared.completed());
      add(runId, declared, RunStatus.FAILED, declared.failed());
      add(runId, declared, RunStatus.CANCELLED, declared.cancelled());
      add(runId, declared, RunStatus.TERMINATED, declared.terminated());
    }
  }

  private void add(
      long runId, Event.FinalPostDeclared declared, RunStatus status, Payload content) {
    finals.add(new FinalPost(runId, declared.target(), declared.key(), status, content));
  }

  /// Binds the 12 array parameters.
  void bind(ArrayParameters to) throws SQLException {
    to.texts(posts, Post::target);
    to.texts(posts, Post::key);
    to.longs(posts, Post::runId);
    to.ints(posts, Post::seq);
    to.bytes(posts, post -> post.content().utf8());
    to.bytes(posts, post -> CheckpointRows.sha256(post.content().utf8()));
    to.longs(finals, FinalPost::runId);
    to.texts(finals, FinalPost::target);
    to.texts(finals, FinalPost::key);
    to.texts(finals, post -> post.status().name());
    to.bytes(finals, post -> post.content().utf8());
    to.bytes(finals, post -> CheckpointRows.sha256(post.content().utf8()));
  }
}

package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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

  /// Binds the 12 array parameters from `from` on.
  void bind(Connection connection, PreparedStatement statement, int from) throws SQLException {
    CheckpointRows.texts(connection, statement, from, all(posts, Post::target));
    CheckpointRows.texts(connection, statement, from + 1, all(posts, Post::key));
    CheckpointRows.longs(connection, statement, from + 2, posts.stream().mapToLong(Post::runId));
    statement.setArray(
        from + 3,
        CheckpointRows.array(connection, "int4", posts.stream().mapToInt(Post::seq).toArray()));
    CheckpointRows.bytes(connection, statement, from + 4, contents(posts, Post::content));
    CheckpointRows.bytes(connection, statement, from + 5, hashes(posts, Post::content));
    CheckpointRows.longs(
        connection, statement, from + 6, finals.stream().mapToLong(FinalPost::runId));
    CheckpointRows.texts(connection, statement, from + 7, all(finals, FinalPost::target));
    CheckpointRows.texts(connection, statement, from + 8, all(finals, FinalPost::key));
    CheckpointRows.texts(
        connection, statement, from + 9, all(finals, post -> post.status().name()));
    CheckpointRows.bytes(connection, statement, from + 10, contents(finals, FinalPost::content));
    CheckpointRows.bytes(connection, statement, from + 11, hashes(finals, FinalPost::content));
  }

  private static <T> List<byte[]> contents(List<T> rows, Function<T, Payload> content) {
    return rows.stream().map(row -> content.apply(row).utf8()).toList();
  }

  private static <T> List<byte[]> hashes(List<T> rows, Function<T, Payload> content) {
    return rows.stream().map(row -> CheckpointRows.sha256(content.apply(row).utf8())).toList();
  }

  private static <T, R> List<R> all(List<T> rows, Function<T, R> column) {
    return rows.stream().map(column).toList();
  }
}

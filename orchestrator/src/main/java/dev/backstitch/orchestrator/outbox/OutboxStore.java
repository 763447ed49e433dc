package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The outbox in PostgreSQL. Each call is one statement in a transaction of its own.
final class OutboxStore implements Outbox {
  private final Jdbi jdbi;

  OutboxStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  private static final String TAKE =
      """
      select delivery_id, target, failures, asks, key, run_id, seq, attempts, sent_by, content
      from backstitch.take_posts(
        :workerId, :kinds, :limit, make_interval(secs => :leaseSeconds), :breaker)
      """;

  private record Row(long deliveryId, String target, int failures, boolean asks, Post post) {}

  @Override
  public Optional<Taken> take(long workerId, Terms terms) {
    List<Row> rows =
        jdbi.withHandle(handle ->
            handle
                .createQuery(TAKE)
                .bind("workerId", workerId)
                .bindArray("kinds", String.class, terms.kinds())
                .bind("limit", terms.mostPosts())
                .bind("leaseSeconds", terms.lease().toMillis() / 1000.0)
                .bind("breaker", terms.breaker())
                .map((row, _) -> row(row))
                .list());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    Row first = rows.getFirst();
    return Optional.of(
        new Taken(
            first.deliveryId(),
            Target.of(first.target()),
            first.failures(),
            first.asks(),
            rows.stream().map(Row::post).toList()));
  }

  private static Row row(ResultSet row) throws SQLException {
    byte @Nullable [] content = row.getBytes("content");
    return new Row(
        row.getLong("delivery_id"),
        row.getString("target"),
        row.getInt("failures"),
        row.getBoolean("asks"),
        new Post(
            row.getString("key"),
            new PostVersion(new RunId(row.getLong("run_id")), row.getInt("seq")),
            row.getInt("attempts"),
            row.getLong("sent_by"),
            content == null ? null : new String(content, StandardCharsets.UTF_8)));
  }

  private static final String FINISH =
      """
      select backstitch.finish_delivery(
        :deliveryId, :keys, :outcomes, :problems, :waits, :mostAttempts, :pause, :receipt)
      """;

  @Override
  public boolean finish(Report report) {
    List<Settled> settled = report.settled();
    List<@Nullable String> problems = new ArrayList<>();
    settled.forEach(each -> problems.add(printable(each.problem())));
    return jdbi.withHandle(handle ->
        handle
            .createQuery(FINISH)
            .bind("deliveryId", report.deliveryId())
            .bindArray("keys", String.class, settled.stream().map(Settled::key).toArray())
            .bindArray(
                "outcomes",
                String.class,
                settled.stream().map(each -> each.fate().name()).toArray())
            .bindArray("problems", String.class, problems.toArray())
            .bindArray(
                "waits",
                Long.class,
                settled.stream().map(each -> each.delay().toNanos() / 1_000).toArray())
            .bind("mostAttempts", report.mostAttempts())
            .bind("pause", report.pause().toNanos() / 1_000)
            .bind("receipt", printable(report.receipt()))
            .mapTo(Boolean.class)
            .one());
  }

  private static final int LONGEST = 2_000;

  /// What others say may hold anything; a text column holds no NUL.
  private static @Nullable String printable(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String printable = text.replace('\0', '\ufffd');
    return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
  }
}

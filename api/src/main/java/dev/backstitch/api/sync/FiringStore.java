package dev.backstitch.api.sync;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements by which syncs are made due and fired.
final class FiringStore {
  private FiringStore() {}

  /// A repository that is due, locked.
  ///
  /// @param due whether everybody is, by the schedule
  /// @param news whether those are of whom webhooks have told
  record Due(
      String name,
      String repository,
      @Nullable Instant dueAt,
      boolean due,
      boolean news,
      Instant now,
      String config) {

    /// The same as far as everybody is due.
    Due onlySchedule() {
      return new Due(name, repository, dueAt, due, false, now, config);
    }

    /// The same as far as news are due.
    Due onlyNews() {
      return new Due(name, repository, dueAt, false, news, now, config);
    }
  }

  private static final String TAKE =
      """
      select r.name, r.repository, r.due_at,
             coalesce(r.due_at <= now() and coalesce(r.held_until <= now(), true), false) as due,
             coalesce(r.news_at <= now(), false) as news,
             now() as at,
             s.config
      from backstitch.sync_repository r
      join backstitch.sync s on s.name = r.name
      where least(r.due_at, r.news_at) <= now()
        and (r.news_at <= now() or (r.due_at <= now() and coalesce(r.held_until <= now(), true)))
      order by least(r.due_at, r.news_at)
      limit 1
      for update of r skip locked
      """;

  /// Locks a repository that is due and that nobody else fires.
  static Optional<Due> take(Handle handle) {
    return handle
        .createQuery(TAKE)
        .map((rows, _) -> {
          Timestamp dueAt = rows.getTimestamp("due_at");
          return new Due(
              rows.getString("name"),
              rows.getString("repository"),
              dueAt == null ? null : dueAt.toInstant(),
              rows.getBoolean("due"),
              rows.getBoolean("news"),
              rows.getTimestamp("at").toInstant(),
              rows.getString("config"));
        })
        .findOne();
  }

  private static final String NEXT =
      """
      select min(least(greatest(due_at, held_until), news_at))
      from backstitch.sync_repository
      where due_at is not null or news_at is not null
      """;

  /// When the next repository is due, if one is ever.
  static Optional<Instant> next(Handle handle) {
    return handle
        .createQuery(NEXT)
        .map((rows, _) -> Optional.ofNullable(rows.getTimestamp(1)).map(Timestamp::toInstant))
        .one();
  }

  private static final String SET_DUE =
      """
      update backstitch.sync_repository
      set due_at = :dueAt,
          held_until = null
      where name = :name
        and repository = :repository
      """;

  /// Moves the schedule to its next time.
  static void setDue(Handle handle, Due fired, @Nullable Instant next) {
    handle
        .createUpdate(SET_DUE)
        .bind("name", fired.name())
        .bind("repository", fired.repository())
        .bind("dueAt", next == null ? null : Timestamp.from(next))
        .execute();
  }

  private static final String IS_OPEN =
      """
      select exists (
        select
        from backstitch.run
        where workflow = :workflow
          and business_key = :key
          and closed_at is null)
      """;

  /// Whether a run with this business key is open.
  static boolean isOpen(Handle handle, String workflow, @Nullable String key) {
    return handle
        .createQuery(IS_OPEN)
        .bind("workflow", workflow)
        .bind("key", key)
        .mapTo(Boolean.class)
        .one();
  }

  private static final String HOLD =
      """
      update backstitch.sync_repository
      set held_until = case when :due then now() + :seconds * interval '1 second' else held_until end,
          news_at = case when :news then now() + :seconds * interval '1 second' else news_at end
      where name = :name
        and repository = :repository
      """;

  /// Looks at what is due again after a while.
  static void hold(Handle handle, Due held, Duration time) {
    handle
        .createUpdate(HOLD)
        .bind("name", held.name())
        .bind("repository", held.repository())
        .bind("due", held.due())
        .bind("news", held.news())
        .bind("seconds", time.toMillis() / 1000.0)
        .execute();
  }

  /// News with their ids.
  record StoredNews(long id, String content) {}

  private static final String READ_NEWS =
      """
      select news_id, content
      from backstitch.sync_news
      where name = :name
        and repository = :repository
      order by news_id
      limit :limit
      """;

  /// The oldest news of a repository that is locked.
  static List<StoredNews> news(Handle handle, Due of, int limit) {
    return handle
        .createQuery(READ_NEWS)
        .bind("name", of.name())
        .bind("repository", of.repository())
        .bind("limit", limit)
        .map((rows, _) -> new StoredNews(rows.getLong("news_id"), rows.getString("content")))
        .list();
  }

  private static final String TAKE_NEWS =
      """
      delete from backstitch.sync_news
      where news_id = any(:ids)
      """;

  private static final String NEWS_TAKEN =
      """
      update backstitch.sync_repository r
      set news_at = (
        select now()
        where exists (
          select
          from backstitch.sync_news n
          where n.name = r.name
            and n.repository = r.repository))
      where r.name = :name
        and r.repository = :repository
      """;

  /// Takes news away that a run has now. The repository is due at once if there are more.
  static void takeNews(Handle handle, Due of, List<StoredNews> taken) {
    handle
        .createUpdate(TAKE_NEWS)
        .bindArray("ids", Long.class, taken.stream().map(StoredNews::id).toList())
        .execute();
    handle
        .createUpdate(NEWS_TAKEN)
        .bind("name", of.name())
        .bind("repository", of.repository())
        .execute();
  }

  private static final String RECORD =
      """
      insert into backstitch.sync_run (run_id, name, repository, reason, due_at, news)
      values (:runId, :name, :repository, :reason, :dueAt, :news)
      """;

  /// Why a run was started.
  record Cause(SyncReason reason, @Nullable Instant dueAt, int news) {}

  /// Writes down why a run was started.
  static void record(Handle handle, RunId run, String name, String repository, Cause cause) {
    Instant dueAt = cause.dueAt();
    handle
        .createUpdate(RECORD)
        .bind("runId", run.value())
        .bind("name", name)
        .bind("repository", repository)
        .bind("reason", cause.reason().name())
        .bind("dueAt", dueAt == null ? null : Timestamp.from(dueAt))
        .bind("news", cause.news())
        .execute();
  }

  /// A repository of a sync, locked.
  record Listener(String name, String repository, String config) {}

  private static final String LISTENERS =
      """
      select r.name, r.repository, s.config
      from backstitch.sync_repository r
      join backstitch.sync s on s.name = r.name
      where lower(r.repository) = lower(:repository)
      order by r.name, r.repository
      for update of r
      """;

  /// Locks the syncs of a repository, so that none of them is fired without the news that follow.
  static List<Listener> listeners(Handle handle, String repository) {
    return handle
        .createQuery(LISTENERS)
        .bind("repository", repository)
        .map((rows, _) ->
            new Listener(
                rows.getString("name"), rows.getString("repository"), rows.getString("config")))
        .list();
  }

  private static final String ADD_NEWS =
      """
      insert into backstitch.sync_news (name, repository, content)
      values (:name, :repository, :content)
      """;

  private static final String MAKE_DUE =
      """
      update backstitch.sync_repository
      set news_at = now() + :seconds * interval '1 second'
      where name = :name
        and repository = :repository
        and news_at is null
      """;

  /// Adds news to a sync that is locked, and makes it due after a while unless it is already.
  static void addNews(Handle handle, Listener to, String content, Duration gather) {
    handle
        .createUpdate(ADD_NEWS)
        .bind("name", to.name())
        .bind("repository", to.repository())
        .bind("content", content)
        .execute();
    handle
        .createUpdate(MAKE_DUE)
        .bind("name", to.name())
        .bind("repository", to.repository())
        .bind("seconds", gather.toMillis() / 1000.0)
        .execute();
  }
}

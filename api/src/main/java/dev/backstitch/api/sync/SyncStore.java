package dev.backstitch.api.sync;

import dev.backstitch.api.sync.SyncState.RepositoryState;
import dev.backstitch.api.sync.SyncState.SyncRun;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements about configured syncs, apart from those that fire them ([FiringStore]).
final class SyncStore {
  private SyncStore() {}

  /// A row of `sync`.
  record StoredSync(
      String name, int version, String config, Instant createdAt, Instant updatedAt) {}

  private static final String LIST =
      """
      select name, version, config, created_at, updated_at
      from backstitch.sync
      order by name
      limit :limit
      """;

  /// All syncs, by name.
  static List<StoredSync> list(Handle handle, int limit) {
    return handle.createQuery(LIST).bind("limit", limit).map((rows, _) -> sync(rows)).list();
  }

  private static final String FIND =
      """
      select name, version, config, created_at, updated_at
      from backstitch.sync
      where name = :name
      """;

  /// One sync.
  static Optional<StoredSync> find(Handle handle, String name) {
    return handle.createQuery(FIND).bind("name", name).map((rows, _) -> sync(rows)).findOne();
  }

  private static final String LOCK =
      """
      select name, version, config, created_at, updated_at
      from backstitch.sync
      where name = :name
      for update
      """;

  /// One sync, which nobody else changes until this transaction ends.
  static Optional<StoredSync> lock(Handle handle, String name) {
    return handle.createQuery(LOCK).bind("name", name).map((rows, _) -> sync(rows)).findOne();
  }

  private static final String CREATE =
      """
      insert into backstitch.sync (name, version, config)
      values (:name, 1, :config)
      on conflict (name) do nothing
      """;

  /// Creates a sync, unless there is one of that name.
  ///
  /// @return whether there was none
  static boolean create(Handle handle, String name, String config) {
    return handle.createUpdate(CREATE).bind("name", name).bind("config", config).execute() == 1;
  }

  private static final String CHANGE =
      """
      update backstitch.sync
      set version = version + 1,
          config = :config,
          updated_at = clock_timestamp()
      where name = :name
      """;

  /// Changes a sync that is locked.
  static void change(Handle handle, String name, String config) {
    handle.createUpdate(CHANGE).bind("name", name).bind("config", config).execute();
  }

  private static final String DELETE =
      """
      delete from backstitch.sync
      where name = :name
      """;

  /// With its repositories and what waits for them. Its runs stay.
  static void delete(Handle handle, String name) {
    handle.createUpdate(DELETE).bind("name", name).execute();
  }

  private static final String REMOVE_OTHERS =
      """
      delete from backstitch.sync_repository
      where name = :name
        and repository <> all(:repositories)
      """;

  /// Keeps only these repositories.
  static void keepRepositories(Handle handle, String name, List<String> repositories) {
    handle
        .createUpdate(REMOVE_OTHERS)
        .bind("name", name)
        .bindArray("repositories", String.class, repositories)
        .execute();
  }

  private static final String PUT_REPOSITORY =
      """
      insert into backstitch.sync_repository (name, repository, due_at)
      values (:name, :repository, :dueAt)
      on conflict (name, repository) do update
      set due_at = excluded.due_at,
          held_until = null
      """;

  /// Adds a repository, or gives it another due time.
  static void putRepository(
      Handle handle, String name, String repository, @Nullable Instant dueAt) {
    handle
        .createUpdate(PUT_REPOSITORY)
        .bind("name", name)
        .bind("repository", repository)
        .bind("dueAt", dueAt == null ? null : Timestamp.from(dueAt))
        .execute();
  }

  private static final String REPOSITORIES =
      """
      select r.repository, r.due_at, r.news_at, s.run_id, s.reason, s.due_at as was_due_at, s.news,
             s.fired_at, u.status
      from backstitch.sync_repository r
      left join lateral (
        select run_id, reason, due_at, news, fired_at
        from backstitch.sync_run
        where name = r.name
          and repository = r.repository
        order by run_id desc
        limit 1
      ) s on true
      left join backstitch.run u on u.run_id = s.run_id
      where r.name = :name
      order by r.repository
      """;

  /// The repositories of a sync, each with its newest run.
  static List<RepositoryState> repositories(Handle handle, String name) {
    return handle
        .createQuery(REPOSITORIES)
        .bind("name", name)
        .map((rows, _) ->
            new RepositoryState(
                rows.getString("repository"),
                instant(rows, "due_at"),
                instant(rows, "news_at"),
                rows.getString("status") == null ? null : run(rows)))
        .list();
  }

  private static final String RUNS =
      """
      select s.run_id, s.repository, s.reason, s.due_at as was_due_at, s.news, s.fired_at, u.status
      from backstitch.sync_run s
      join backstitch.run u on u.run_id = s.run_id
      where s.name = :name
      order by s.run_id desc
      limit :limit
      """;

  /// The runs that a sync has had, newest first.
  static List<SyncRun> runs(Handle handle, String name, int limit) {
    return handle
        .createQuery(RUNS)
        .bind("name", name)
        .bind("limit", limit)
        .map((rows, _) -> run(rows))
        .list();
  }

  private static final String FORGET_RUNS =
      """
      delete from backstitch.sync_run
      where run_id in (
        select s.run_id
        from backstitch.sync_run s
        left join backstitch.run u on u.run_id = s.run_id
        where s.run_id < backstitch.first_run_id_at(
            clock_timestamp() - make_interval(secs => :keepSeconds))
          and s.fired_at < clock_timestamp() - make_interval(secs => :keepSeconds)
          and (u.run_id is null or u.closed_at is not null)
          and (exists (
                 select
                 from backstitch.sync_run n
                 where n.name = s.name
                   and n.repository = s.repository
                   and n.run_id > s.run_id)
               or not exists (
                 select
                 from backstitch.sync_repository r
                 where r.name = s.name
                   and r.repository = s.repository))
        order by s.run_id
        limit :limit
        for update of s skip locked)
      """;

  /// Forgets why runs were started so long ago, if they are over. The newest run of a repository
  /// that is still configured stays. That no due time has two runs does not depend on what goes: a
  /// due time that has its run has been moved on by the same transaction.
  static int forgetRuns(Handle handle, Duration keep, int limit) {
    return handle
        .createUpdate(FORGET_RUNS)
        .bind("keepSeconds", keep.toMillis() / 1000.0)
        .bind("limit", limit)
        .execute();
  }

  private static final String NOW =
      """
      select clock_timestamp()
      """;

  /// The clock that due times are compared with.
  static Instant now(Handle handle) {
    return handle.createQuery(NOW).mapTo(Instant.class).one();
  }

  private static StoredSync sync(ResultSet rows) throws SQLException {
    return new StoredSync(
        rows.getString("name"),
        rows.getInt("version"),
        rows.getString("config"),
        rows.getTimestamp("created_at").toInstant(),
        rows.getTimestamp("updated_at").toInstant());
  }

  private static SyncRun run(ResultSet rows) throws SQLException {
    return new SyncRun(
        new RunId(rows.getLong("run_id")),
        rows.getString("repository"),
        SyncReason.valueOf(rows.getString("reason")),
        instant(rows, "was_due_at"),
        rows.getInt("news"),
        rows.getTimestamp("fired_at").toInstant(),
        RunStatus.valueOf(rows.getString("status")));
  }

  private static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
    Timestamp at = rows.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }
}

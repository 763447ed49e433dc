package dev.backstitch.loadtest.load.profile;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/// What PostgreSQL counts of statements, by its extension `pg_stat_statements`.
public final class StatementStore {
  private StatementStore() {}

  private static final String CREATE =
      """
      create extension pg_stat_statements
      """;

  private static final String LET_FORGET =
      """
      grant execute on function pg_stat_statements_reset to public
      """;

  /// Makes what is counted visible in this database, and lets everybody begin anew.
  ///
  /// @param handle a superuser's
  public static void create(Handle handle) {
    handle.execute(CREATE);
    handle.execute(LET_FORGET);
  }

  private static final String FORGET =
      """
      select 1
      from pg_stat_statements_reset()
      """;

  /// Begins to count anew.
  static void forget(Handle handle) {
    handle.createQuery(FORGET).mapTo(Integer.class).one();
  }

  // What looks at the database for the profile is no part of what is looked at.
  private static final String DEAREST =
      """
      select left(regexp_replace(query, '\\s+', ' ', 'g'), 200) as statement,
             not toplevel as inside_function,
             calls,
             total_exec_time as total_millis,
             mean_exec_time as mean_millis,
             rows,
             shared_blks_hit as blocks_hit,
             shared_blks_read as blocks_read,
             wal_bytes::bigint as wal_bytes
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and query not like '%pg_stat_%'
      order by total_exec_time desc, query
      limit :most
      """;

  /// The statements of this database that took the most time, the most first.
  static List<StatementCost> dearest(Handle handle, int most) {
    return handle
        .createQuery(DEAREST)
        .bind("most", most)
        .map(ConstructorMapper.of(StatementCost.class))
        .list();
  }
}

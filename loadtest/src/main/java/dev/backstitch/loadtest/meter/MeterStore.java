package dev.backstitch.loadtest.meter;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What a database tells of itself. Any role may ask.
final class MeterStore {
  private MeterStore() {}

  private static final String COUNTERS =
      """
      select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as wal_bytes,
             pg_snapshot_xmax(pg_current_snapshot())::text::bigint as writers,
             xact_commit + xact_rollback as transactions,
             tup_inserted, tup_updated, tup_deleted,
             pg_database_size(current_database()) as stored_bytes
      from pg_stat_database
      where datname = current_database()
      """;

  /// The counters as of now, except for what idle sessions have not told yet.
  static Reading.Counters counters(Handle handle) {
    return handle
        .createQuery(COUNTERS)
        .map((row, _) ->
            new Reading.Counters(
                row.getLong("wal_bytes"),
                row.getLong("writers"),
                row.getLong("transactions"),
                new Rows(
                    row.getLong("tup_inserted"),
                    row.getLong("tup_updated"),
                    row.getLong("tup_deleted")),
                row.getLong("stored_bytes")))
        .one();
  }

  private static final String SESSION =
      """
      select pg_backend_pid()
      """;

  /// The server's main process, if the server is on this machine: it is the parent of the process
  /// that serves this session.
  static Optional<Long> server(Handle handle) {
    long session = handle.createQuery(SESSION).mapTo(Long.class).one();
    return ProcessHandle.of(session)
        .filter(MeterStore::isPostgres)
        .flatMap(ProcessHandle::parent)
        .filter(MeterStore::isPostgres)
        .map(ProcessHandle::pid);
  }

  /// A server elsewhere has process numbers, too, which mean something else here.
  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(program -> program.endsWith("/postgres")).isPresent();
  }
}

package dev.backstitch.loadtest.load.report;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// What a server tells of itself.
final class DatabaseFactsStore {
  private static final List<String> NAMES =
      List.of(
          "autovacuum",
          "checkpoint_timeout",
          "commit_delay",
          "data_checksums",
          "fsync",
          "full_page_writes",
          "jit",
          "max_connections",
          "max_wal_size",
          "shared_buffers",
          "synchronous_commit",
          "wal_buffers",
          "wal_compression",
          "wal_level",
          "wal_sync_method");

  private DatabaseFactsStore() {}

  private static final String VERSION =
      """
      select current_setting('server_version')
      """;

  static String version(Handle handle) {
    return handle.createQuery(VERSION).mapTo(String.class).one();
  }

  private static final String SETTINGS =
      """
      select name, current_setting(name) as value
      from pg_settings
      where name = any (:names)
      order by name
      """;

  static Map<String, String> settings(Handle handle) {
    return handle
        .createQuery(SETTINGS)
        .bindArray("names", String.class, NAMES)
        .setMapKeyColumn("name")
        .setMapValueColumn("value")
        .collectInto(new org.jdbi.v3.core.generic.GenericType<Map<String, String>>() {});
  }
}

package dev.backstitch.loadtest.load.profile;

import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.generic.GenericType;

/// What PostgreSQL tells of its sessions at this moment.
final class WaitStore {
  private WaitStore() {}

  private static final String ACTIVE =
      """
      select coalesce(wait_event_type || ': ' || wait_event, 'on a processor') as doing,
             count(*) as sessions
      from pg_stat_activity
      where datname = current_database()
        and usename = current_user
        and state = 'active'
        and pid <> pg_backend_pid()
      group by doing
      order by doing
      """;

  /// What the active sessions of this database and role, but for this one, do or wait for.
  static Map<String, Long> active(Handle handle) {
    return handle
        .createQuery(ACTIVE)
        .setMapKeyColumn("doing")
        .setMapValueColumn("sessions")
        .collectInto(new GenericType<Map<String, Long>>() {});
  }
}

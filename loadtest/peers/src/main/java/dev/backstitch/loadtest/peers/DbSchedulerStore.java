package dev.backstitch.loadtest.peers;

import org.jdbi.v3.core.Handle;

/// The table that db-scheduler asks for, with the indexes it recommends without priorities.
final class DbSchedulerStore {
  private DbSchedulerStore() {}

  private static final String CREATE_TABLE =
      """
      create table if not exists scheduled_tasks (
        task_name            text not null,
        task_instance        text not null,
        task_data            bytea,
        execution_time       timestamptz,
        picked               boolean not null,
        picked_by            text,
        last_success         timestamptz,
        last_failure         timestamptz,
        consecutive_failures integer,
        last_heartbeat       timestamptz,
        version              bigint not null,
        priority             smallint,
        state                text,
        primary key (task_name, task_instance)
      );
      create index if not exists execution_time_idx on scheduled_tasks (execution_time);
      create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat)
      """;

  static void createTable(Handle handle) {
    handle.createScript(CREATE_TABLE).execute();
  }
}

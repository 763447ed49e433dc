package dev.backstitch.loadtest.engines;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// The tables of the designs that were there before. Plain JDBC, as in the engine's own hot path.
final class BaselineStore {
  private BaselineStore() {}

  /// Not compressed by the server, as the engine's own history: that would cost more than all else.
  private static final String CREATE_TABLES =
      """
      create table if not exists blob_run (
        run_id bigint generated always as identity primary key,
        ended  boolean not null default false,
        state  bytea not null
      );
      alter table blob_run alter column state set storage external;
      create table if not exists event_run (
        run_id bigint generated always as identity primary key,
        ended  boolean not null default false
      );
      create table if not exists event (
        run_id      bigint not null,
        seq         integer not null,
        event_type  text not null,
        occurred_at timestamptz not null default clock_timestamp(),
        payload     bytea not null,
        primary key (run_id, seq)
      );
      alter table event alter column payload set storage external
      """;

  static void createTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE_TABLES);
    }
  }

  private static final String START_BLOB =
      """
      insert into blob_run (state)
      values (?)
      returning run_id
      """;

  /// A new run with its first events.
  static long startBlob(Connection connection, byte[] state) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(START_BLOB)) {
      statement.setBytes(1, state);
      return id(statement);
    }
  }

  private static final String READ_BLOB =
      """
      select state
      from blob_run
      where run_id = ?
      for update
      """;

  /// All that is known of a run, locked.
  static byte[] readBlob(Connection connection, long run) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ_BLOB)) {
      statement.setLong(1, run);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return found.getBytes(1);
      }
    }
  }

  private static final String WRITE_BLOB =
      """
      update blob_run
      set state = ?,
          ended = ?
      where run_id = ?
      """;

  static void writeBlob(Connection connection, long run, byte[] state, boolean ended)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE_BLOB)) {
      statement.setBytes(1, state);
      statement.setBoolean(2, ended);
      statement.setLong(3, run);
      statement.executeUpdate();
    }
  }

  private static final String START =
      """
      insert into event_run
      default values
      returning run_id
      """;

  static long start(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(START)) {
      return id(statement);
    }
  }

  private static final String END =
      """
      update event_run
      set ended = true
      where run_id = ?
      """;

  static void end(Connection connection, long run) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(END)) {
      statement.setLong(1, run);
      statement.executeUpdate();
    }
  }

  private static final String APPEND =
      """
      insert into event (run_id, seq, event_type, payload)
      values (?, ?, ?, ?)
      """;

  static void append(Connection connection, long run, Stored event) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
      statement.setLong(1, run);
      statement.setInt(2, event.seq());
      statement.setString(3, event.type());
      statement.setBytes(4, event.payload().utf8());
      statement.executeUpdate();
    }
  }

  private static final String READ =
      """
      select seq, event_type, payload
      from event
      where run_id = ?
      order by seq
      """;

  /// The whole history of a run.
  static List<Stored> read(Connection connection, long run) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setLong(1, run);
      List<Stored> events = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(Stored.of(rows.getInt(1), rows.getString(2), rows.getBytes(3)));
        }
      }
      return events;
    }
  }

  private static long id(PreparedStatement statement) throws SQLException {
    try (ResultSet created = statement.executeQuery()) {
      created.next();
      return created.getLong(1);
    }
  }
}

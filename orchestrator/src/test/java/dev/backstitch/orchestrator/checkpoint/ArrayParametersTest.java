package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Columns as the server sees them, and what they make it do.
final class ArrayParametersTest {
  private static final String SHOWN =
      """
      select concat_ws('|',
        to_json(?::bigint[]), to_json(?::bigint[]), to_json(?::integer[]),
        to_json(?::smallint[]), to_json(?::boolean[]), to_json(?::text[]))
      """;
  private static final int UNTIL_IT_IS_PREPARED = 6;

  private final Db db = new Db();

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private String shown(List<Integer> some, List<Integer> others) throws SQLException {
    try (PreparedStatement statement = db.connection.prepareStatement(SHOWN)) {
      ArrayParameters to = new ArrayParameters(db.connection, statement, 1);
      to.longs(some, Integer::longValue);
      to.nullableLongs(others, n -> n == 0 ? null : n.longValue());
      to.ints(some, n -> n);
      to.shorts(others, n -> n);
      to.booleans(some, n -> n > 0);
      to.texts(others, n -> n == 0 ? null : "'" + n + "'");
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  @Test
  void every_column_arrives_in_its_place_and_nulls_with_it() throws SQLException {
    assertThat(shown(List.of(7, 0), List.of(0, 3)))
        .isEqualTo("[7,0]|[null,3]|[7,0]|[0,3]|[true,false]|[null,\"'3'\"]");
    assertThat(shown(List.of(), List.of(5))).isEqualTo("[]|[5]|[]|[5]|[]|[\"'5'\"]");
  }

  @Test
  void bytes_arrive_as_they_are() throws SQLException {
    try (PreparedStatement statement =
        db.connection.prepareStatement(
            "select concat_ws('|', to_json(?::bytea[]), to_json(?::bytea[]))")) {
      ArrayParameters to = new ArrayParameters(db.connection, statement, 1);
      to.bytes(Arrays.asList(new byte[] {0, (byte) 0xff}, null, new byte[0]), bytes -> bytes);
      to.bytes(List.<byte[]>of(), bytes -> bytes);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("[\"\\\\x00ff\",null,\"\\\\x\"]|[]");
      }
    }
  }

  /// Were an empty array of no type, each change of what is empty would prepare it anew.
  @Test
  void a_statement_is_prepared_once_whatever_is_empty() throws SQLException {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < UNTIL_IT_IS_PREPARED; i++) {
      shown(List.of(1), List.of());
    }
    for (int i = 0; i < 4; i++) {
      shown(List.of(1), List.of());
      names.add(preparedAs());
      shown(List.of(), List.of(1));
      names.add(preparedAs());
    }

    assertThat(names).hasSize(1).doesNotContain("none");
  }

  private String preparedAs() throws SQLException {
    return db.one(
        "select coalesce(string_agg(name, ','), 'none')"
            + " from pg_prepared_statements where statement like '%%concat_ws%%to_json%%'");
  }
}

package dev.backstitch.orchestrator.checkpoint;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Binds columns of rows to the array parameters of a statement, one parameter after the other.
///
/// Arrays travel in binary; those of `Object[]` would as text, to be parsed. Most of a flush's are
/// empty, and an empty one is the same two characters for every type: making it cost more than
/// writing a step's events.
///
/// Plain loops, because a lane does this for every flush.
final class ArrayParameters {
  private static final String EMPTY = "{}";

  private final PGConnection connection;
  private final PreparedStatement statement;
  private int next;

  /// @param first the number of the first parameter that is bound
  ArrayParameters(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    this.connection = connection.unwrap(PGConnection.class);
    this.statement = statement;
    this.next = first;
  }

  <T> void longs(List<T> rows, ToLongFunction<? super T> column) throws SQLException {
    long[] values = new long[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.applyAsLong(rows.get(i));
    }
    bind("int8", values, values.length);
  }

  <T> void nullableLongs(List<T> rows, Function<? super T, @Nullable Long> column)
      throws SQLException {
    @Nullable Long[] values = new @Nullable Long[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    bind("int8", values, values.length);
  }

  <T> void ints(List<T> rows, ToIntFunction<? super T> column) throws SQLException {
    int[] values = new int[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.applyAsInt(rows.get(i));
    }
    bind("int4", values, values.length);
  }

  <T> void shorts(List<T> rows, ToIntFunction<? super T> column) throws SQLException {
    short[] values = new short[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) column.applyAsInt(rows.get(i));
    }
    bind("int2", values, values.length);
  }

  <T> void booleans(List<T> rows, Predicate<? super T> column) throws SQLException {
    boolean[] values = new boolean[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.test(rows.get(i));
    }
    bind("bool", values, values.length);
  }

  <T> void texts(List<T> rows, Function<? super T, @Nullable String> column) throws SQLException {
    @Nullable String[] values = new @Nullable String[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    bind("text", values, values.length);
  }

  <T extends @Nullable Object> void bytes(
      List<T> rows, Function<? super T, byte @Nullable []> column) throws SQLException {
    byte[] @Nullable [] values = new byte[rows.size()] @Nullable [];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    bind("bytea", values, values.length);
  }

  private void bind(String type, Object values, int length) throws SQLException {
    if (length == 0) {
      statement.setObject(next, EMPTY, Types.OTHER);
    } else {
      statement.setArray(next, connection.createArrayOf(type, values));
    }
    next++;
  }
}

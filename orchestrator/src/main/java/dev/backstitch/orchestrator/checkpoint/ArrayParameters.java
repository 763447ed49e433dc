package dev.backstitch.orchestrator.checkpoint;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;

/// Binds columns of rows to the array parameters of a statement, one parameter after the other.
///
/// Arrays travel in binary; those of `Object[]` would as text, to be parsed. Most of a flush's are
/// empty, and those are not made anew. They keep their type: with another one, or none, the driver
/// would prepare the statement again whenever another column is empty than before.
///
/// Plain loops, because a lane does this for every flush. Belongs to the thread of the statement.
final class ArrayParameters {
  private static final Map<String, PGobject> EMPTY =
      Stream.of("int8", "int4", "int2", "bool", "text", "bytea")
          .collect(Collectors.toUnmodifiableMap(type -> type, ArrayParameters::emptyOf));

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

  private static PGobject emptyOf(String type) {
    PGobject empty = new PGobject();
    empty.setType(type + "[]");
    try {
      empty.setValue("{}");
    } catch (SQLException e) {
      throw new IllegalStateException("any text is the value of a plain PGobject", e);
    }
    return empty;
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
      statement.setObject(next, EMPTY.get(type));
    } else {
      statement.setArray(next, connection.createArrayOf(type, values));
    }
    next++;
  }
}

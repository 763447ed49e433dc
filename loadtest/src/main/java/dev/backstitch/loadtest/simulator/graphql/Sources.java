package dev.backstitch.loadtest.simulator.graphql;

import graphql.schema.DataFetchingEnvironment;
import java.util.Objects;

/// Reads what a field's environment must hold because the schema says so.
final class Sources {

  private Sources() {}

  /// The object whose field is read.
  static <T> T of(DataFetchingEnvironment env, Class<T> type) {
    return type.cast(Objects.requireNonNull(env.<Object>getSource()));
  }

  /// An argument that the schema does not let be null.
  static String argument(DataFetchingEnvironment env, String name) {
    return Objects.requireNonNull(env.<String>getArgument(name));
  }
}

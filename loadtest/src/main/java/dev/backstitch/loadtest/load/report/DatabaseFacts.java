package dev.backstitch.loadtest.load.report;

import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/// What is known of the database.
///
/// @param settings those that decide about speed, as the server tells them
public record DatabaseFacts(String version, Map<String, String> settings) {

  /// Copies the map, sorted.
  public DatabaseFacts {
    settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /// Of this database.
  public static DatabaseFacts of(DataSource database) {
    return Jdbi.create(database)
        .withHandle(handle ->
            new DatabaseFacts(
                DatabaseFactsStore.version(handle), DatabaseFactsStore.settings(handle)));
  }
}

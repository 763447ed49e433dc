package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane's own connection, made when it is needed.
final class LaneConnection implements LaneStore {
  private static final Logger log = LoggerFactory.getLogger(LaneConnection.class);

  private final DatabaseAddress database;
  private final CheckpointStore store;
  private final String name;
  private @Nullable Connection connection;

  LaneConnection(DatabaseAddress database, CheckpointStore store, String name) {
    this.database = database;
    this.store = store;
    this.name = name;
  }

  @Override
  public Map<RunId, Optional<RunId>> write(List<Checkpoint> batch) throws SQLException {
    return store.write(connected(), batch);
  }

  @Override
  public CheckpointStore.Settled settle(List<Checkpoint> batch) throws SQLException {
    return store.settle(connected(), batch);
  }

  @Override
  public void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.debug("event=close_failed lane={}", name, e);
      }
    }
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect(name);
      connection = open;
      if (open.getMetaData().getDatabaseMajorVersion() >= 17) {
        // A lane frozen in the middle of a flush must not hold its fence row for ever.
        try (Statement statement = open.createStatement()) {
          statement.execute("set transaction_timeout = '30s'");
        }
      }
    }
    return open;
  }
}

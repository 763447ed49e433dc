package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a lane asks of the database. Belongs to the lane's thread.
///
/// There are two: [LaneConnection], which is real, and one in memory that drives the engine through
/// thousands of simulated failures. One suite of tests holds both to the same answers.
interface LaneStore {

  /// As [CheckpointStore#write].
  Map<RunId, Optional<RunId>> write(List<Checkpoint> batch) throws SQLException;

  /// As [CheckpointStore#settle].
  CheckpointStore.Settled settle(List<Checkpoint> batch) throws SQLException;

  /// Gives the connection up; the next call makes a new one.
  void disconnect();
}

package dev.backstitch.orchestrator.check;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/// Asks a live database whether everything holds that must always hold. Changes nothing. Safe for
/// any thread.
public final class InvariantChecker {
  private static final int MOST_OFFENDERS = 20;

  private final Jdbi jdbi;

  private InvariantChecker(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// A checker of a migrated database.
  ///
  /// @param database connections without a limit on the time that a statement takes
  public static InvariantChecker on(DataSource database) {
    return new InvariantChecker(Jdbi.create(database));
  }

  /// Asks every invariant, all of the same instant: one repeatable-read transaction.
  ///
  /// @throws NoSchemaException if the database has no tables of ours
  /// @throws JdbiException if the database does not answer
  public CheckReport check() {
    try (Handle handle = jdbi.open()) {
      handle.setReadOnly(true);
      return handle.inTransaction(
          TransactionIsolationLevel.REPEATABLE_READ, InvariantChecker::check);
    }
  }

  /// As [#check()], in the caller's transaction.
  static CheckReport check(Handle handle) {
    if (!SnapshotStore.hasSchema(handle)) {
      throw new NoSchemaException();
    }
    SnapshotStore.Size size = SnapshotStore.size(handle);
    List<Finding> findings =
        invariants().map(invariant -> ask(handle, invariant, size.exactFence())).toList();
    return new CheckReport(size.at(), size.runs(), size.events(), size.exactFence(), findings);
  }

  /// All of them, in the order of their codes.
  static Stream<Invariant> invariants() {
    return Stream.of(
            EventOrderStore.INVARIANTS,
            CommandStore.INVARIANTS,
            TimerStore.INVARIANTS,
            OwnershipStore.INVARIANTS,
            BorderStore.INVARIANTS,
            PostInvariantStore.INVARIANTS,
            PayloadStore.INVARIANTS,
            SchemaStore.INVARIANTS)
        .flatMap(List::stream);
  }

  private static Finding ask(Handle handle, Invariant invariant, boolean exactFence) {
    long began = System.nanoTime();
    List<SnapshotStore.Offence> offences =
        SnapshotStore.offences(handle, invariant, exactFence, MOST_OFFENDERS);
    return new Finding(
        invariant.code(),
        invariant.meaning(),
        offences.isEmpty() ? 0 : offences.getFirst().total(),
        offences.stream().map(SnapshotStore.Offence::offender).toList(),
        Duration.ofNanos(System.nanoTime() - began));
  }
}

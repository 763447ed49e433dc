package dev.backstitch.orchestrator.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a live database whether everything holds that must always hold. Changes nothing. Safe for
/// any thread.
public final class InvariantChecker {
  private static final Logger log = LoggerFactory.getLogger(InvariantChecker.class);
  private static final int MOST_OFFENDERS = 20;

  private final Jdbi jdbi;

  private final Pause pause;

  /// Lets a time pass.
  @FunctionalInterface
  interface Pause {
    void last(Duration time) throws InterruptedException;
  }

  private InvariantChecker(Jdbi jdbi, Pause pause) {
    this.jdbi = jdbi;
    this.pause = pause;
  }

  /// A checker of a migrated database.
  ///
  /// @param database connections without a limit on the time that a statement takes
  public static InvariantChecker on(DataSource database) {
    // A sleep, because there is nothing to wait for: a doubt is about time that passes. It comes
    // once
    // per doubtful finding, half a minute each, ends at an interrupt, and is replaced in tests.
    return on(database, time -> Thread.sleep(time));
  }

  /// As [#on(DataSource)], with something that happens between two looks.
  static InvariantChecker on(DataSource database, Pause pause) {
    return new InvariantChecker(Jdbi.create(database), pause);
  }

  /// Asks every invariant, all of the same instant: one repeatable-read transaction. What may look
  /// broken for a moment, and does, is asked once more half a minute later.
  ///
  /// @throws NoSchemaException if the database has no tables of ours
  /// @throws JdbiException if the database does not answer. If that happens between two looks, what
  ///   is certain already is returned instead, and what was doubtful beside it as the first look
  ///   saw it; only doubts are thrown away with the exception, for they prove nothing
  public CheckReport check() {
    try (Handle handle = jdbi.open()) {
      handle.setReadOnly(true);
      CheckReport first =
          handle.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, InvariantChecker::check);
      try {
        return confirmed(handle, first);
      } catch (JdbiException e) {
        if (first.violated().stream().allMatch(finding -> named(finding.code()).isAskedTwice())) {
          throw e;
        }
        log.warn("event=second_look_failed", e);
        return first;
      }
    }
  }

  private CheckReport confirmed(Handle handle, CheckReport first) {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : first.findings()) {
      findings.add(confirmed(handle, finding, first.exactFence()));
    }
    return new CheckReport(first.at(), first.runs(), first.events(), first.exactFence(), findings);
  }

  /// Without what has passed meanwhile.
  private Finding confirmed(Handle handle, Finding first, boolean exactFence) {
    Invariant invariant = named(first.code());
    if (first.holds() || !invariant.isAskedTwice()) {
      return first;
    }
    try {
      pause.last(invariant.lasting());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two looks", e);
    }
    Finding second =
        handle.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ, tx -> ask(tx, invariant, exactFence));
    return first.and(second);
  }

  private static Invariant named(String code) {
    return invariants().filter(one -> one.code().equals(code)).findFirst().orElseThrow();
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

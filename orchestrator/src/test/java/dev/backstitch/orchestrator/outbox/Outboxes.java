package dev.backstitch.orchestrator.outbox;

import org.jdbi.v3.core.Jdbi;

/// The outbox in PostgreSQL, for tests that compare it with its simulation.
public final class Outboxes {
  private Outboxes() {}

  public static Outbox in(Jdbi jdbi) {
    return new OutboxStore(jdbi);
  }
}

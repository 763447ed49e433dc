package dev.backstitch.orchestrator.check;

/// There is nothing to check: the database has no tables of ours.
public final class NoSchemaException extends RuntimeException {
  NoSchemaException() {
    super(
        "BST-INV-001: this database has no schema named backstitch, so there is nothing to check");
  }
}

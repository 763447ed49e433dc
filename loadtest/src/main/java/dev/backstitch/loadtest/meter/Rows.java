package dev.backstitch.loadtest.meter;

/// Rows written, those of the system's own tables included.
public record Rows(long inserted, long updated, long deleted) {

  Rows minus(Rows earlier) {
    return new Rows(
        inserted - earlier.inserted, updated - earlier.updated, deleted - earlier.deleted);
  }
}

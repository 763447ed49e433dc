package dev.backstitch.orchestrator.quota;

/// Where an attempt asks before it begins.
@FunctionalInterface
public interface QuotaGate {

  /// Asks for a permit, which must be closed.
  ///
  /// @param holder who asks, for people: a run and its call
  /// @param waited whether it was sent to wait before
  Admission ask(QuotaUse use, String holder, boolean waited);
}

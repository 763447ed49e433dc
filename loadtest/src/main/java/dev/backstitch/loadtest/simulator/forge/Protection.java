package dev.backstitch.loadtest.simulator.forge;

/// How a branch is closed to direct commits. GitHub has two mechanisms, which answer differently.
public enum Protection {
  /// Classic branch protection: error type `BRANCH_PROTECTION_RULE_VIOLATION`.
  BRANCH_PROTECTION,
  /// A repository ruleset: error type `FORBIDDEN`.
  RULESET
}

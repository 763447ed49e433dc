package dev.backstitch.loadtest.bench;

/// How bulk calls share a quota with live ones.
enum QuotaPacing {
  /// The quota ledger.
  LEDGER,
  /// The rule of pulldasher's pacer, one per process.
  PULLDASHER,
  /// Nothing.
  NONE
}

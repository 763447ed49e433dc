package dev.backstitch.api.sync;

/// Why a sync was started.
public enum SyncReason {
  /// Its time had come.
  SCHEDULE,
  /// Webhooks told of pull requests.
  WEBHOOK,
  /// Somebody asked for it.
  PERSON,
  /// Somebody asked what it would do.
  DRY_RUN
}

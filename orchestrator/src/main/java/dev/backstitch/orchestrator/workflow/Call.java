package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// A request to an activity: a record that names the type of its result.
///
/// ```java
/// record ListHeads(String repository, @Nullable String cursor) implements Call<HeadsPage> {}
/// ```
///
/// The record is written to the history as JSON, in the order of its components. On replay the same
/// code must make the same calls, so a changed component is a changed call.
///
/// @param <R> the result, recorded as JSON
public interface Call<R extends @Nullable Object> {}

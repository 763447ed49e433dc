package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything a workflow may ask of the world. Each method that issues a command says so; commands
/// are numbered in the order in which they are issued, and that order must be the same on replay.
///
/// Inside one run exactly one line of code runs at a time, so workflow code needs no locks.
public interface RunContext {

  /// The id of this run.
  RunId id();

  /// Calls an activity and waits for its value. One command.
  ///
  /// @throws ActivityFailedException if it ended without a value
  default <R extends @Nullable Object> R call(Call<R> call) {
    return start(call).get();
  }

  /// Calls an activity without waiting. One command.
  <R extends @Nullable Object> Promise<R> start(Call<R> call);

  /// Calls an activity for each item, all at the same time, and waits for every outcome. One
  /// command per item, in the order of the items.
  ///
  /// How many really run at a time is bounded by the activity's own [ActivityOptions#inFlight].
  ///
  /// @return the outcomes, in the order of the items
  default <T, R extends @Nullable Object> List<Outcome<R>> callAll(
      Collection<T> items, Function<? super T, ? extends Call<R>> call) {
    return callAll(items, Integer.MAX_VALUE, call);
  }

  /// As [#callAll(Collection, Function)], with at most `inFlight` calls open at any time in this
  /// run.
  ///
  /// @param inFlight at least 1
  <T, R extends @Nullable Object> List<Outcome<R>> callAll(
      Collection<T> items, int inFlight, Function<? super T, ? extends Call<R>> call);

  /// Starts a second line of code in this run. It runs whenever the others wait.
  <T extends @Nullable Object> Promise<T> async(Supplier<T> code);

  /// Waits for all promises and gives their outcomes in the same order.
  default <T extends @Nullable Object> List<Outcome<T>> all(
      Collection<? extends Promise<T>> promises) {
    return promises.stream().map(Promise::outcome).toList();
  }

  /// Waits until one of the promises is done, with a value or not, and gives its index.
  ///
  /// @throws IllegalArgumentException if there is none to wait for
  int race(List<? extends Promise<?>> promises);

  /// Waits durably. One command. The timer never fires early.
  default void sleep(Duration duration) {
    timer(duration).get();
  }

  /// Starts a durable timer without waiting. One command.
  Promise<@Nullable Void> timer(Duration duration);

  /// Waits until the condition holds, or for the timeout. The condition reads state of this run and
  /// changes nothing; it is tried whenever other code of the run has gone on and come to rest. One
  /// command (the timer) unless the condition holds at once, and one more if it is cancelled.
  ///
  /// @return whether the condition holds
  boolean awaitUntil(BooleanSupplier condition, Duration timeout);

  /// The signals of one name that this run is sent. No command; the same channel every time.
  ///
  /// @param type what a payload is read as, not null; the same for every call with this name
  <T> SignalChannel<T> signals(String name, Class<T> type);

  /// Whether somebody has asked for this run to be cancelled. From then on whatever the code waits
  /// for outside [#shielded] ends with a [RunCancelledException], and so does whatever it wants to
  /// call, start or wait for; open calls and timers from outside are cancelled, one command each,
  /// and what they still answer is ignored.
  boolean isCancelled();

  /// Runs code that a cancellation does not touch: to clean up after one, or to finish what must
  /// not stop half-way. Lines of code started by [#async] inside are shielded as well.
  ///
  /// ```java
  /// try {
  ///   run.call(new Reserve(seat));
  ///   return run.call(new Pay(order));
  /// } catch (RunCancelledException e) {
  ///   run.shielded(() -> run.call(new Release(seat)));
  ///   throw e;
  /// }
  /// ```
  <T extends @Nullable Object> T shielded(Supplier<T> code);

  /// The time of the event that this code reacts to: the same on replay.
  Instant now();

  /// A random number in `[0, 1)`, drawn from a generator seeded by the run's id: the same on
  /// replay, without a command.
  double random();

  /// A random UUID, the same on replay, without a command.
  UUID uuid();

  /// Computes a value once and records it, so that replay sees the same. One command. For cheap
  /// local values (a setting, a feature flag); what may fail or block belongs into an activity.
  ///
  /// @param name what the value is, checked on replay
  /// @param value computes it, not null; it must not use this run
  /// @throws ValueFailedException if it threw: then that is what is recorded
  <T> T record(String name, Class<T> type, Supplier<T> value);

  /// Lets a target show something under a key, when that is durable. One command; nothing is waited
  /// for. Of several posts to one key, by this run or others, the newest is what the target will
  /// show, and those that were not sent by then never are. Works in a cancelled run, too.
  ///
  /// @param key what it is about, at most 400 characters
  /// @param content a value that can be written as JSON; the target says what it understands
  /// @throws IllegalArgumentException if key or content can't be posted
  void post(Target target, String key, Object content);

  /// Declares what a target is to show when this run is over, however it ends. One command. Exactly
  /// one of the contents is posted, behind every other post of this run, in the transaction that
  /// ends the run; also when it is terminated, and its code never asked. A second declaration for
  /// the same target and key replaces the first.
  ///
  /// ```java
  /// run.postAtEnd(statuses, sha + "/sync", ending -> CommitStatus.of(ending, "progress sync"));
  /// ```
  ///
  /// @param content called once per ending, at once, because at the end nobody may be there to call
  /// @throws IllegalArgumentException if key or a content can't be posted
  void postAtEnd(Target target, String key, Function<Ending, ?> content);

  /// A version gate, by which code changes under runs that are on their way: `latest` for a run
  /// that reaches the gate for the first time now, and for every run for ever what it was given
  /// then. A run that had been past this line before there was a gate is given 1. One command the
  /// first time a run passes.
  ///
  /// So a change begins as `version("change", 1, 2)`: where it says 1, do as before.
  ///
  /// @param change a stable name of the change
  /// @param oldest the oldest version this code still supports, at least 1; a run that was given an
  ///   older one becomes stuck
  /// @param latest the version for new runs
  int version(String change, int oldest, int latest);
}

package dev.backstitch.api.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.activities.webhook.SweepRequest;
import dev.backstitch.api.sync.SyncState.SyncRun;
import dev.backstitch.api.sync.SyncStore.StoredSync;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunTransaction;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The configured syncs of one database. Safe for any thread.
public final class Syncs {
  /// The most syncs that are listed.
  static final int MOST = 1_000;

  private static final String SYNC = "progress-sync";
  private static final String SWEEP = "webhook-sweep";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final ObjectMapper JSON = EventCodec.mapper();
  private static final ValueCodec VALUES = new ValueCodec();

  private final Orchestrator orchestrator;

  /// The syncs on the database of this engine.
  public Syncs(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  /// What becomes of a sync that is put.
  public enum Outcome {
    /// There was none of that name.
    CREATED,
    /// It was another.
    CHANGED,
    /// It was the same: nothing is written.
    UNCHANGED
  }

  /// A member of the configuration that is put.
  ///
  /// @param before null if there was none
  public record Change(String field, JsonNode before, JsonNode after) {}

  /// What putting a sync did, or would do.
  ///
  /// @param sync as it stands now; null if there is none
  public record Applied(Outcome outcome, List<Change> changes, @Nullable SyncState sync) {

    /// Copies the list.
    public Applied {
      changes = List.copyOf(changes);
    }
  }

  /// How a sync is put.
  ///
  /// @param version the one that the caller has seen, 0 for none; null to put it whatever it is
  /// @param dryRun whether it is only looked at
  public record Terms(@Nullable Integer version, boolean dryRun) {}

  /// Somebody else changed it.
  public static final class VersionMismatchException extends RuntimeException {
    VersionMismatchException(String name, int expected, int actual) {
      super(
          "Sync '"
              + name
              + (actual == 0 ? "' does not exist" : "' is at version " + actual)
              + ", not "
              + expected
              + ". Look at it, and put it again with the version that it has now.");
    }
  }

  /// All syncs, by name.
  public List<SyncState> list() {
    return orchestrator.inTransaction(t ->
        SyncStore.list(t.handle(), MOST).stream().map(sync -> state(t.handle(), sync)).toList());
  }

  /// One sync.
  public Optional<SyncState> find(String name) {
    return orchestrator.inTransaction(t -> state(t.handle(), name));
  }

  /// The runs of a sync, newest first.
  public List<SyncRun> runs(String name, int limit) {
    return orchestrator.inTransaction(t -> SyncStore.runs(t.handle(), name, limit));
  }

  /// Forgets why runs were started so long ago, if they are over. Of every repository that is
  /// configured the newest stays.
  ///
  /// @param keep for how long it is kept
  /// @param atMost so many at the most
  /// @return how many
  public int forgetRuns(Duration keep, int atMost) {
    return orchestrator.inTransaction(t -> SyncStore.forgetRuns(t.handle(), keep, atMost));
  }

  /// Puts a sync. The same one again changes nothing.
  ///
  /// @throws InvalidRequestException if the name can't be
  /// @throws VersionMismatchException if it has another version
  public Applied put(String name, SyncConfig config, Terms terms) {
    requireName(name);
    return orchestrator.inTransaction(t -> put(t.handle(), name, config, terms));
  }

  private static Applied put(Handle handle, String name, SyncConfig config, Terms terms) {
    String wanted = text(config);
    Optional<StoredSync> before = SyncStore.lock(handle, name);
    requireVersion(name, terms.version(), before);
    List<Change> changes = changes(before.map(StoredSync::config), wanted);
    Outcome outcome =
        before.isEmpty()
            ? Outcome.CREATED
            : changes.isEmpty() ? Outcome.UNCHANGED : Outcome.CHANGED;
    if (!terms.dryRun() && outcome != Outcome.UNCHANGED) {
      if (outcome == Outcome.CHANGED) {
        SyncStore.change(handle, name, wanted);
      } else if (!SyncStore.create(handle, name, wanted)) {
        // Somebody created it in this very moment; what they put is not known here.
        throw new VersionMismatchException(name, 0, 1);
      }
      putRepositories(handle, name, config, before);
    }
    return new Applied(outcome, changes, state(handle, name).orElse(null));
  }

  /// A repository whose schedule stays keeps its due time: a change must not put it off.
  private static void putRepositories(
      Handle handle, String name, SyncConfig config, Optional<StoredSync> before) {
    SyncStore.keepRepositories(handle, name, config.repositories());
    List<String> untouched =
        before
            .map(sync -> config(sync.config()))
            .filter(old -> Objects.equals(old.schedule(), config.schedule()))
            .map(SyncConfig::repositories)
            .orElse(List.of());
    Instant due =
        Optional.ofNullable(config.schedule())
            .map(schedule -> schedule.schedule().next(SyncStore.now(handle)))
            .orElse(null);
    for (String repository : config.repositories()) {
      if (!untouched.contains(repository)) {
        SyncStore.putRepository(handle, name, repository, due);
      }
    }
  }

  /// Deletes a sync. Its runs stay, and those that are open go on.
  ///
  /// @param version the one that the caller has seen; null to delete it whatever it is
  /// @return whether there was one
  /// @throws VersionMismatchException if it has another version
  public boolean delete(String name, @Nullable Integer version) {
    return orchestrator.inTransaction(t -> {
      Optional<StoredSync> before = SyncStore.lock(t.handle(), name);
      if (before.isEmpty()) {
        return false;
      }
      requireVersion(name, version, before);
      SyncStore.delete(t.handle(), name);
      return true;
    });
  }

  /// A run that somebody asked for.
  ///
  /// @param started false if one that was asked for was open already, which is this one
  public record Asked(String repository, RunId runId, boolean started) {}

  /// Starts a run for each repository, unless one is open that a person asked for. A scheduled one
  /// may be open beside it. Empty if there is no such sync.
  ///
  /// @param dryRun whether it only shows the difference
  public Optional<List<Asked>> start(String name, boolean dryRun) {
    return orchestrator.inTransaction(t ->
        SyncStore.find(t.handle(), name)
            .map(sync -> start(t, name, config(sync.config()), dryRun)));
  }

  private static List<Asked> start(
      RunTransaction transaction, String name, SyncConfig config, boolean dryRun) {
    SyncReason reason = dryRun ? SyncReason.DRY_RUN : SyncReason.PERSON;
    if (dryRun && config.sweep() != null) {
      throw new InvalidRequestException("dryRun", "a sweep writes nothing that could be shown");
    }
    List<Asked> asked = new ArrayList<>();
    for (String repository : config.repositories()) {
      StartResult result = transaction.start(config.start(repository, reason));
      boolean started = result instanceof StartResult.Started;
      if (started) {
        FiringStore.record(
            transaction.handle(),
            result.runId(),
            name,
            repository,
            new FiringStore.Cause(reason, null, 0));
      }
      asked.add(new Asked(repository, result.runId(), started));
    }
    return asked;
  }

  static StartRequest syncRequest(String key, SyncRequest request) {
    return new StartRequest(SYNC, key, VALUES.encode(request));
  }

  static StartRequest sweepRequest(String key, SweepRequest request) {
    return new StartRequest(SWEEP, key, VALUES.encode(request));
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidRequestException(
          "name",
          "the name of a sync has 1 to 63 lower-case letters, digits and '-', was '" + name + "'");
    }
  }

  private static void requireVersion(
      String name, @Nullable Integer expected, Optional<StoredSync> before) {
    int actual = before.map(StoredSync::version).orElse(0);
    if (expected != null && expected != actual) {
      throw new VersionMismatchException(name, expected, actual);
    }
  }

  private static List<Change> changes(Optional<String> before, String after) {
    JsonNode old = before.map(Syncs::tree).orElseGet(NullNode::getInstance);
    JsonNode wanted = tree(after);
    Set<String> fields = new LinkedHashSet<>();
    wanted.fieldNames().forEachRemaining(fields::add);
    old.fieldNames().forEachRemaining(fields::add);
    List<Change> changes = new ArrayList<>();
    for (String field : fields) {
      JsonNode was = member(old, field);
      JsonNode is = member(wanted, field);
      if (!was.equals(is)) {
        changes.add(new Change(field, was, is));
      }
    }
    return changes;
  }

  private static JsonNode member(JsonNode object, String field) {
    JsonNode value = object.get(field);
    return value == null ? NullNode.getInstance() : value;
  }

  private static Optional<SyncState> state(Handle handle, String name) {
    return SyncStore.find(handle, name).map(sync -> state(handle, sync));
  }

  private static SyncState state(Handle handle, StoredSync sync) {
    return new SyncState(
        sync.name(),
        sync.version(),
        config(sync.config()),
        sync.createdAt(),
        sync.updatedAt(),
        SyncStore.repositories(handle, sync.name()));
  }

  /// Reads a stored configuration.
  static SyncConfig config(String stored) {
    return read(stored, SyncConfig.class);
  }

  /// Reads a stored value, leniently: a newer build may have written it.
  static <T> T read(String stored, Class<T> type) {
    return type.cast(
        Objects.requireNonNull(VALUES.decode(Payload.ofJson(stored), VALUES.type(type))));
  }

  /// Writes a value to be stored.
  static String text(Object value) {
    return VALUES.encode(value).json();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what is stored is always JSON", e);
    }
  }
}

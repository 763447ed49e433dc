package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.outbox.Settled;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The outbox in memory: what `record_posts`, `take_posts`, `finish_delivery` and `redrive_posts`
/// do, each at one moment. [LaneOutboxTest] holds it to what PostgreSQL does.
public final class SimulatedOutbox implements Outbox {
  private final SimulatedDatabase database;
  private final Map<Slot, Row> rows = new TreeMap<>();
  private final Map<RunId, Map<Slot, Event.FinalPostDeclared>> finals = new HashMap<>();
  private final Map<String, TargetRow> targets = new HashMap<>();
  private final Set<Version> recorded = new TreeSet<>();
  private final Map<Version, Long> delivered = new HashMap<>();
  private long lastDelivery;

  SimulatedOutbox(SimulatedDatabase database) {
    this.database = database;
  }

  /// Where something is shown.
  public record Slot(String target, String key) implements Comparable<Slot> {
    @Override
    public int compareTo(Slot other) {
      return Comparator.comparing(Slot::target).thenComparing(Slot::key).compare(this, other);
    }
  }

  /// A version of what is shown there.
  public record Version(Slot slot, PostVersion version) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
      return Comparator.comparing(Version::slot)
          .thenComparing(Version::version)
          .compare(this, other);
    }
  }

  private enum State {
    PENDING,
    DELIVERED,
    DEAD
  }

  private record Sent(PostVersion version, Payload content, long deliveryId) {}

  private static final class Row {
    PostVersion version;
    Payload content;
    State state = State.PENDING;
    Instant dueAt;
    int attempts;
    @Nullable Sent sent;
    @Nullable PostVersion shown;
    @Nullable Payload shownContent;

    Row(PostVersion version, Payload content, Instant dueAt) {
      this.version = version;
      this.content = content;
      this.dueAt = dueAt;
    }
  }

  private static final class TargetRow {
    long deliveryId;
    Instant leasedUntil = Instant.MIN;
    Instant pausedUntil = Instant.MIN;
    int failures;
  }

  // ------------------------------------------------------------------ recording

  void record(List<Checkpoint> batch) {
    for (Checkpoint checkpoint : batch) {
      for (RecordedEvent event : checkpoint.events()) {
        if (event.event() instanceof Event.PostRecorded post) {
          put(new Slot(post.target(), post.key()), version(event), post.content());
        } else if (event.event() instanceof Event.FinalPostDeclared declared) {
          finals
              .computeIfAbsent(checkpoint.runId(), _ -> new TreeMap<>())
              .put(new Slot(declared.target(), declared.key()), declared);
        }
      }
    }
    for (Checkpoint checkpoint : batch) {
      if (checkpoint.change() instanceof RunChange.Closed(RunStatus status, Instant _)) {
        end(checkpoint.runId(), status);
      }
    }
  }

  void end(RunId run, RunStatus status) {
    Map<Slot, Event.FinalPostDeclared> declared = finals.remove(run);
    if (declared != null) {
      PostVersion version = version(database.history(run).getLast());
      declared.forEach((slot, each) -> put(slot, version, content(each, status)));
    }
  }

  /// What a run declared for the way in which it has ended.
  public static Payload content(Event.FinalPostDeclared declared, RunStatus status) {
    return switch (status) {
      case COMPLETED -> declared.completed();
      case FAILED -> declared.failed();
      case CANCELLED -> declared.cancelled();
      case TERMINATED -> declared.terminated();
      case RUNNING, STUCK -> throw new IllegalStateException(status + " is no end");
    };
  }

  private static PostVersion version(RecordedEvent event) {
    return new PostVersion(event.runId(), event.seq());
  }

  private void put(Slot slot, PostVersion version, Payload content) {
    recorded.add(new Version(slot, version));
    Instant now = database.now();
    Row row = rows.computeIfAbsent(slot, _ -> new Row(version, content, now));
    boolean newer =
        database.has(SimulatedDatabase.Flaw.POSTS_WITHOUT_VERSIONS)
            || row.version.compareTo(version) < 0;
    if (newer) {
      row.version = version;
      row.content = content;
      row.state = State.PENDING;
      row.dueAt = row.sent == null ? now : row.dueAt;
      row.attempts = 0;
    }
  }

  // ------------------------------------------------------------------ taking

  @Override
  public Optional<Taken> take(long workerId, Terms terms) {
    if (!database.hasFence(workerId)) {
      return Optional.empty();
    }
    Instant now = database.now();
    Comparator<String> longestDue =
        Comparator.comparing((String target) -> since(target).orElseThrow())
            .thenComparing(Comparator.naturalOrder());
    List<String> due =
        rows.keySet().stream()
            .map(Slot::target)
            .distinct()
            .filter(target -> terms.kinds().contains(Target.of(target).kind()))
            .filter(target -> since(target).filter(since -> !since.isAfter(now)).isPresent())
            .filter(target -> mayTake(target, now))
            .sorted(longestDue)
            .toList();
    return due.stream().flatMap(target -> take(target, terms, now).stream()).findFirst();
  }

  private Optional<Instant> since(String target) {
    return of(target, row -> row.state == State.PENDING)
        .map(e -> e.getValue().dueAt)
        .min(Comparator.naturalOrder());
  }

  private boolean mayTake(String name, Instant now) {
    TargetRow target = target(name);
    boolean free =
        database.has(SimulatedDatabase.Flaw.TWO_DELIVERIES_AT_ONCE)
            || !target.leasedUntil.isAfter(now);
    return free && !target.pausedUntil.isAfter(now);
  }

  private Optional<Taken> take(String name, Terms terms, Instant now) {
    TargetRow target = target(name);
    Predicate<Row> isDue = row -> row.state == State.PENDING && !row.dueAt.isAfter(now);
    boolean asks =
        !database.has(SimulatedDatabase.Flaw.SENDS_AGAIN_WITHOUT_ASKING)
            && of(name, isDue.and(row -> row.sent != null)).findAny().isPresent();
    if (!asks) {
      of(name, isDue.and(row -> row.sent == null))
          .filter(e -> Objects.equals(e.getValue().content, e.getValue().shownContent))
          .forEach(e -> isShownAlready(e.getKey(), e.getValue()));
    }
    int most = !asks && target.failures >= terms.breaker() ? 1 : terms.mostPosts();
    boolean takesSent = asks || database.has(SimulatedDatabase.Flaw.SENDS_AGAIN_WITHOUT_ASKING);
    List<Map.Entry<Slot, Row>> chosen =
        of(name, isDue.and(row -> asks ? row.sent != null : takesSent || row.sent == null))
            .sorted(
                Comparator.comparing((Map.Entry<Slot, Row> e) -> e.getValue().dueAt)
                    .thenComparing(Map.Entry::getKey))
            .limit(most)
            .toList();
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    long delivery = ++lastDelivery;
    target.deliveryId = delivery;
    target.leasedUntil = now.plus(terms.lease());
    List<Post> posts = chosen.stream().map(e -> post(e, asks, delivery)).toList();
    return Optional.of(new Taken(delivery, Target.of(name), target.failures, asks, posts));
  }

  private void isShownAlready(Slot slot, Row row) {
    row.state = State.DELIVERED;
    row.shown = row.version;
    delivered.put(new Version(slot, row.version), 0L);
  }

  private static Post post(Map.Entry<Slot, Row> entry, boolean asks, long delivery) {
    Row row = entry.getValue();
    if (!asks) {
      row.sent = new Sent(row.version, row.content, delivery);
    }
    Sent sent = Objects.requireNonNull(row.sent);
    boolean newest = sent.version().equals(row.version);
    return new Post(
        entry.getKey().key(),
        sent.version(),
        row.attempts,
        sent.deliveryId(),
        newest ? row.content.json() : null);
  }

  // ------------------------------------------------------------------ finishing

  @Override
  public boolean finish(Report report) {
    Optional<Map.Entry<String, TargetRow>> found =
        targets.entrySet().stream()
            .filter(e -> e.getValue().deliveryId == report.deliveryId())
            .findFirst();
    if (found.isEmpty()) {
      return false;
    }
    TargetRow target = found.get().getValue();
    List<Settled.Fate> fates = new ArrayList<>();
    for (Settled settled : report.settled()) {
      fates.add(settled.fate());
      Slot slot = new Slot(found.get().getKey(), settled.key());
      Row row = rows.get(slot);
      if (row != null && row.sent != null) {
        settle(slot, row, settled, report.mostAttempts());
      }
    }
    if (fates.contains(Settled.Fate.DELIVERED) || fates.contains(Settled.Fate.REFUSED)) {
      target.failures = 0;
    } else if (fates.contains(Settled.Fate.RETRY) || fates.contains(Settled.Fate.UNKNOWN)) {
      target.failures++;
    }
    target.deliveryId = 0;
    target.leasedUntil = Instant.MIN;
    target.pausedUntil =
        report.pause().isZero() ? Instant.MIN : database.now().plus(report.pause());
    return true;
  }

  private void settle(Slot slot, Row row, Settled settled, int most) {
    Sent sent = Objects.requireNonNull(row.sent);
    boolean newest = sent.version().equals(row.version);
    Instant next = database.now().plus(settled.delay());
    switch (settled.fate()) {
      case DELIVERED -> {
        // As the constraint outbox_sent_is_behind_delivered.
        if (!database.has(SimulatedDatabase.Flaw.POSTS_WITHOUT_VERSIONS)
            && row.shown != null
            && row.shown.compareTo(sent.version()) > 0) {
          throw new IllegalStateException(slot + " was shown " + row.shown + " before " + sent);
        }
        row.shown = sent.version();
        row.shownContent = sent.content();
        delivered.put(new Version(slot, sent.version()), sent.deliveryId());
        row.state = newest ? State.DELIVERED : State.PENDING;
      }
      case ABSENT -> row.state = newest && row.attempts >= most ? State.DEAD : State.PENDING;
      case UNSURE -> {
        row.shownContent = null;
        row.state = newest && row.attempts >= most ? State.DEAD : State.PENDING;
      }
      case RETRY -> {
        row.attempts += newest ? 1 : 0;
        row.dueAt = newest ? next : row.dueAt;
        row.state = newest && row.attempts >= most ? State.DEAD : State.PENDING;
      }
      case UNKNOWN -> {
        row.attempts += newest ? 1 : 0;
        row.dueAt = next;
      }
      case REFUSED -> row.state = newest ? State.DEAD : State.PENDING;
      case LATER -> row.dueAt = newest ? next : row.dueAt;
    }
    if (settled.fate() != Settled.Fate.UNKNOWN) {
      row.sent = null;
    }
  }

  /// As `redrive_posts`, for all dead posts of all targets.
  public int redriveAll() {
    List<Row> dead = rows.values().stream().filter(row -> row.state == State.DEAD).toList();
    for (Row row : dead) {
      row.state = State.PENDING;
      row.attempts = 0;
      row.dueAt = database.now();
    }
    targets
        .values()
        .forEach(target -> {
          target.failures = 0;
          target.pausedUntil = Instant.MIN;
        });
    return dead.size();
  }

  // ------------------------------------------------------------------ what is known

  /// Whether everything has come to its end.
  public boolean isQuiet() {
    return rows.values().stream().allMatch(row -> row.state == State.DELIVERED);
  }

  /// Every version that was recorded.
  public Set<Version> recorded() {
    return recorded;
  }

  /// How a version stands, in the words of the view `post_fate`.
  public String fate(Version version) {
    Long delivery = delivered.get(version);
    if (delivery != null) {
      return delivery == 0 ? "UNCHANGED" : "DELIVERED";
    }
    Row row = Objects.requireNonNull(rows.get(version.slot()));
    if (row.sent != null && row.sent.version().equals(version.version())) {
      return "DELIVERING";
    }
    if (!row.version.equals(version.version())) {
      return "SUPERSEDED";
    }
    return row.state == State.DEAD ? "DEAD" : "RECORDED";
  }

  /// The newest version of everything that was ever posted, with its content.
  public Map<Slot, Map.Entry<PostVersion, Payload>> newest() {
    Map<Slot, Map.Entry<PostVersion, Payload>> newest = new TreeMap<>();
    rows.forEach((slot, row) -> newest.put(slot, Map.entry(row.version, row.content)));
    return newest;
  }

  private Stream<Map.Entry<Slot, Row>> of(String target, Predicate<Row> wanted) {
    return rows.entrySet().stream()
        .filter(e -> e.getKey().target().equals(target) && wanted.test(e.getValue()));
  }

  private TargetRow target(String name) {
    return targets.computeIfAbsent(name, _ -> new TargetRow());
  }
}

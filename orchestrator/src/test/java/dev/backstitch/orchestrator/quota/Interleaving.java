package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// One seeded story of several workers, a server and its quota: asks, requests that arrive in any
/// order, answers that overtake each other or never come, workers that die, and others who spend.
/// After every step it is held against the truth, which only the server knows.
///
/// In every other story those who ask are registered workers, and a lane holds few calls at a time.
/// A worker that dies leaves all its permits behind, and is taken over sooner or later.
final class Interleaving {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  /// How long after it was sent a request may still arrive, whatever became of its sender.
  private static final Duration AFTERLIFE = Duration.ofSeconds(14);

  private static final QuotaRules RULES =
      new QuotaRules(1_000, 0.2, 0.05, 4, 0.05, 0.25, 3_600, 12, 8, 100_000, 30, 200, 6, 60);

  /// So few calls at a time that those of a dead worker are missed.
  private static final QuotaRules CROWDED = RULES.withPace(3, 3, 100_000);

  private static final int CREW = 2;

  private final Random random;
  private final Book book;
  private final QuotaRules rules;
  private final long seed;
  private final boolean others;
  private final List<String> told = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();

  // The registered workers: those that live, and those whose death nobody has noticed.
  private final Registered registered;
  private final List<Long> crew = new ArrayList<>();
  private final List<Long> unnoticed = new ArrayList<>();

  // The server.
  private final int limit;
  private int used;
  private Instant reset;

  // What is true of the window.
  private int notBulk;
  private int bulkCountedTwice;
  private boolean anyAnswer;
  private int bulkGrants;
  private int liveGrants;
  private int bulkWaits;
  private int inPlacesOfTheDead;

  /// The workers as the ledger sees them. Nobody holds their session locks.
  private record Registered(Handle handle) {
    long add() {
      return handle
          .createQuery(
              """
              insert into backstitch.worker (host, process_id, build, lease)
              values ('test', 1, 'test', interval '10 seconds')
              returning worker_id
              """)
          .mapTo(Long.class)
          .one();
    }

    void end(long worker) {
      handle.execute(
          """
          update backstitch.worker
          set ended_at = clock_timestamp(),
              end_reason = 'test'
          where worker_id = ?
          """,
          worker);
    }
  }

  /// A permit and its one request per point.
  private static final class Held {
    final Book.Reply reply;
    final Lane lane;
    final @Nullable Long worker;
    int unsent;
    final List<Instant> processed = new ArrayList<>();
    final List<QuotaAnswer> answers = new ArrayList<>();
    boolean dead;
    boolean takenOver;
    Instant diedAt = NEVER;
    Instant leaseEnds;

    Held(Book.Reply reply, @Nullable Long worker, Instant leaseEnds) {
      this.reply = reply;
      this.worker = worker;
      this.leaseEnds = leaseEnds;
      this.lane = reply.use().lane();
      this.unsent = reply.use().cost();
    }
  }

  Interleaving(Handle handle, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.others = seed % 3 == 0;
    this.book = new Book(handle, "seed-" + seed);
    this.rules = seed % 2 == 0 ? RULES : CROWDED;
    this.book.rules = rules;
    this.registered = new Registered(handle);
    for (int i = 0; i < CREW && seed % 2 == 1; i++) {
      crew.add(registered.add());
    }
    this.limit = 20 * (1 + random.nextInt(3));
    this.reset = book.now.plusSeconds(60 + random.nextInt(3_000));
    this.used = random.nextInt(limit + 1);
    this.notBulk = used;
  }

  void play(int steps) {
    for (int step = 0; step < steps; step++) {
      book.random = random.nextDouble();
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5 -> ask(Lane.BULK);
        case 6, 7, 8 -> ask(Lane.LIVE);
        case 9, 10, 11, 12 -> arrive();
        case 13, 14, 15, 16 -> answer();
        case 17 -> trouble();
        case 18 -> book.pass(random.nextInt(40));
        default -> rare();
      }
    }
  }

  int bulkGrants() {
    return bulkGrants;
  }

  int liveGrants() {
    return liveGrants;
  }

  int bulkWaits() {
    return bulkWaits;
  }

  /// Permits that were granted in the place of one that has not expired yet.
  int inPlacesOfTheDead() {
    return inPlacesOfTheDead;
  }

  private void ask(Lane lane) {
    int cost = 1 + random.nextInt(3);
    book.worker = crew.isEmpty() ? null : crew.get(random.nextInt(crew.size()));
    Book.Reply reply = book.ask(book.use(lane, cost, 0), random.nextBoolean());
    told.add(book.now + " " + lane + " " + cost + ": " + reply.verdict() + " " + reply.reason());
    if (reply.granted()) {
      inPlacesOfTheDead += placesTaken(lane, true) >= atOnce(lane) ? 1 : 0;
      held.add(new Held(reply, book.worker, leaseFromNow()));
      bulkGrants += lane == Lane.BULK ? 1 : 0;
      liveGrants += lane == Lane.LIVE ? 1 : 0;
      checkReserve(lane);
    } else if (reply.reason().contains("calls at a time")) {
      check(placesTaken(lane, false) >= atOnce(lane), "it waited for the dead");
    } else if (lane == Lane.LIVE) {
      check(liveMayWait(cost), "live waited for bulk");
    }
    bulkWaits += lane == Lane.BULK && !reply.granted() ? 1 : 0;
  }

  private int atOnce(Lane lane) {
    return lane == Lane.BULK ? rules.bulkAtOnce() : rules.liveAtOnce();
  }

  /// @param all also by those that were taken over, as long as their permits last at the least
  private long placesTaken(Lane lane, boolean all) {
    return held.stream()
        .filter(h -> h.lane == lane)
        .filter(h -> all ? book.now.isBefore(h.leaseEnds) : !h.takenOver)
        .count();
  }

  private void checkReserve(Lane lane) {
    if (lane == Lane.BULK && anyAnswer && !others) {
      roll();
      check(limit - used - onTheirWay() >= reserve(), "bulk went below the reserve");
    }
  }

  private boolean liveMayWait(int cost) {
    int live =
        held.stream().filter(h -> h.lane == Lane.LIVE).mapToInt(h -> h.unsent).sum() + notBulk;
    return live + cost + bulkCountedTwice + Math.ceil(0.05 * limit) > reserve();
  }

  private int reserve() {
    return (int) (0.2 * limit);
  }

  private int onTheirWay() {
    return held.stream().filter(this::mayStillArrive).mapToInt(h -> h.unsent).sum();
  }

  /// Nobody sends anything after its death or the end of its lease; what was sent before may
  /// arrive.
  private boolean mayStillArrive(Held sender) {
    return book.now.isBefore(sender.diedAt.plus(AFTERLIFE))
        && book.now.isBefore(sender.leaseEnds.plus(AFTERLIFE));
  }

  private Instant leaseFromNow() {
    return book.now.plusSeconds((long) rules.leaseSeconds());
  }

  /// A holder that finds its lease over asks again before it sends anything.
  private void renew(Held late) {
    book.worker = late.worker;
    Book.Reply reply = book.further(late.reply, late.unsent);
    told.add(book.now + " " + late.lane + " asks again: " + reply.verdict());
    if (reply.granted()) {
      late.leaseEnds = leaseFromNow();
      late.diedAt = NEVER;
      checkReserve(late.lane);
    } else {
      book.finish(late.reply);
      held.remove(late);
    }
  }

  /// A request arrives at the server: it is charged, and answered by how things stand.
  private void arrive() {
    List<Held> may =
        held.stream().filter(h -> h.unsent > 0).filter(h -> !h.dead || mayStillArrive(h)).toList();
    if (may.isEmpty()) {
      return;
    }
    Held sender = may.get(random.nextInt(may.size()));
    if (!mayStillArrive(sender)) {
      renew(sender);
      return;
    }
    roll();
    sender.unsent--;
    used++;
    notBulk += sender.lane == Lane.LIVE ? 1 : 0;
    double untilReset =
        Duration.between(book.now, reset).toMillis() / 1_000.0 + random.nextInt(3) - 1;
    if (!sender.dead) {
      sender.processed.add(book.now);
      sender.answers.add(Book.reading(limit, Math.max(0, limit - used), used, untilReset));
    }
  }

  /// Answers come back in any order, some late.
  private void answer() {
    List<Held> may = held.stream().filter(h -> !h.dead && !h.answers.isEmpty()).toList();
    if (may.isEmpty()) {
      return;
    }
    Held to = may.get(random.nextInt(may.size()));
    int which = random.nextInt(to.answers.size());
    Duration age = Duration.between(to.processed.remove(which), book.now);
    QuotaAnswer answer = to.answers.remove(which);
    book.answer(to.reply, answer, age.toMillis() / 1_000.0);
    anyAnswer |= Objects.requireNonNull(answer.reading()).untilReset().compareTo(age) > 0;
    if (to.unsent == 0 && to.answers.isEmpty()) {
      book.finish(to.reply);
      held.remove(to);
    }
  }

  /// An answer is lost, or a worker dies with all it holds.
  private void trouble() {
    List<Held> living = held.stream().filter(h -> !h.dead).toList();
    if (living.isEmpty()) {
      return;
    }
    Held unlucky = living.get(random.nextInt(living.size()));
    if (!unlucky.answers.isEmpty() && random.nextBoolean()) {
      unlucky.answers.removeLast();
      unlucky.processed.removeLast();
      book.lose(unlucky.reply);
      bulkCountedTwice += unlucky.lane == Lane.BULK ? 1 : 0;
    } else if (unlucky.worker == null) {
      die(unlucky);
    } else {
      living.stream().filter(h -> unlucky.worker.equals(h.worker)).forEach(this::die);
      crew.remove(unlucky.worker);
      crew.add(registered.add());
      unnoticed.add(unlucky.worker);
      takeOver();
    }
  }

  private void die(Held unlucky) {
    unlucky.dead = true;
    unlucky.diedAt = book.now;
    bulkCountedTwice += unlucky.lane == Lane.BULK ? unlucky.reply.use().cost() : 0;
    told.add(book.now + " a holder of " + unlucky.reply.use().cost() + " died");
  }

  /// Of the dead one may be noticed, at any time.
  private void takeOver() {
    if (!unnoticed.isEmpty() && random.nextBoolean()) {
      Long worker = unnoticed.removeFirst();
      registered.end(worker);
      held.stream().filter(h -> worker.equals(h.worker)).forEach(h -> h.takenOver = true);
      told.add(book.now + " worker " + worker + " is taken over");
    }
  }

  private void rare() {
    takeOver();
    if (others && random.nextBoolean()) {
      roll();
      int theirs = random.nextInt(5);
      used += theirs;
      notBulk += theirs;
    } else if (random.nextInt(3) == 0) {
      Instant close = reset.plusSeconds(random.nextInt(9) - 4);
      if (close.isAfter(book.now)) {
        book.now = close;
      }
    }
  }

  private void roll() {
    if (!book.now.isBefore(reset)) {
      reset = book.now.plus(WINDOW);
      used = 0;
      notBulk = 0;
      told.add(book.now + " a new window");
    }
  }

  private void check(boolean holds, String problem) {
    assertThat(holds)
        .as(
            "seed %s: %s; limit %s, used %s, on their way %s, not bulk %s%n%s",
            seed, problem, limit, used, onTheirWay(), notBulk, String.join("\n", told))
        .isTrue();
  }
}

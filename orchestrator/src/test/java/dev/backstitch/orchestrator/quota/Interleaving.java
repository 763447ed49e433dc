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
/// Several registered workers ask, and now and then a process that is none. At least one worker
/// dies while it holds something; it leaves all its permits behind, and is taken over sooner or
/// later. In every other story a lane holds few calls at a time, in two of three others spend as
/// well.
final class Interleaving {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  /// How long after it was sent a request may still arrive, whatever became of its sender.
  private static final Duration AFTERLIFE = Duration.ofSeconds(14);

  private static final QuotaRules RULES =
      new QuotaRules(1_000, 0.2, 0.05, 4, 0.05, 0.25, 3_600, 12, 8, 100_000, 30, 200, 6, 60);

  /// So few calls at a time that those of a dead worker are missed.
  private static final QuotaRules CROWDED = RULES.withPace(3, 3, 100_000);

  private final Random random;
  private final Book book;
  private final QuotaRules rules;
  private final long seed;
  private final boolean others;
  private final List<String> told = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private final Crew crew;
  private int crashes;

  // The server.
  private final int limit;
  private int used;
  private int usedByOthers;
  private Instant reset;
  private Instant lastReset = Instant.MIN;
  private int window;

  /// What others had used of this window when the latest request was processed whose answer the
  /// ledger has.
  private int othersTold;

  // What is true of the window.
  private int notBulk;
  private int notBulkBefore;
  private int bulkCountedTwice;
  private boolean anyAnswer;
  private int bulkGrants;
  private int liveGrants;
  private int bulkWaits;
  private int inPlacesOfTheDead;
  private int unseenSpend;

  /// An answer on its way back, and how things stood at the server when it was made.
  private record Answer(QuotaAnswer says, Instant made, int window, int usedByOthers) {}

  /// A permit and its one request per point.
  private static final class Held {
    final Book.Reply reply;
    final Lane lane;
    final @Nullable Long worker;
    int unsent;
    final List<Answer> answers = new ArrayList<>();
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
    this.others = seed % 6 < 4;
    this.book = new Book(handle, "seed-" + seed);
    this.rules = seed % 2 == 0 ? RULES : CROWDED;
    this.book.rules = rules;
    this.crew = new Crew(handle, random, 2 + random.nextInt(3));
    this.limit = 20 * (1 + random.nextInt(3));
    this.reset = book.now.plusSeconds(60 + random.nextInt(3_000));
    this.used = random.nextInt(limit + 1);
    this.notBulk = used;
  }

  /// @param steps or as many more as it takes until a worker dies
  void play(int steps) {
    int crash = random.nextInt(steps / 2);
    for (int step = 0; step < steps || (crashes == 0 && step < 20 * steps); step++) {
      book.random = random.nextDouble();
      if (step >= crash && crashes == 0) {
        crash();
      }
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

  /// Workers that died with permits in their hands.
  int crashes() {
    return crashes;
  }

  /// Bulk permits that were granted after others had spent something that nobody had told of.
  int unseenSpend() {
    return unseenSpend;
  }

  /// Permits that were granted in the place of one that has not expired yet.
  int inPlacesOfTheDead() {
    return inPlacesOfTheDead;
  }

  private void ask(Lane lane) {
    int cost = 1 + random.nextInt(3);
    book.worker = random.nextInt(6) == 0 ? null : crew.anyone();
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

  /// Whatever others have spent is bulk's to respect as soon as an answer has told of it. What no
  /// answer has told yet nobody can know, and only that may be missing.
  private void checkReserve(Lane lane) {
    if (lane == Lane.BULK && anyAnswer) {
      roll();
      int untold = usedByOthers - othersTold;
      unseenSpend += untold > 0 ? 1 : 0;
      check(limit - used + untold - onTheirWay() >= reserve(), "bulk went below the reserve");
    }
  }

  /// A reset jitters: for a second the ledger may take the window before for this one.
  private boolean liveMayWait(int cost) {
    boolean both = book.now.isBefore(lastReset.plusSeconds(1));
    int live =
        held.stream().filter(h -> h.lane == Lane.LIVE).mapToInt(h -> h.unsent).sum()
            + (both ? Math.max(notBulk, notBulkBefore) : notBulk);
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
      QuotaAnswer says = Book.reading(limit, Math.max(0, limit - used), used, untilReset);
      sender.answers.add(new Answer(says, book.now, window, usedByOthers));
    }
  }

  /// Answers come back in any order, some late.
  private void answer() {
    List<Held> may = held.stream().filter(h -> !h.dead && !h.answers.isEmpty()).toList();
    if (may.isEmpty()) {
      return;
    }
    Held to = may.get(random.nextInt(may.size()));
    Answer answer = to.answers.remove(random.nextInt(to.answers.size()));
    Duration age = Duration.between(answer.made(), book.now);
    book.answer(to.reply, answer.says(), age.toMillis() / 1_000.0);
    anyAnswer |= Objects.requireNonNull(answer.says().reading()).untilReset().compareTo(age) > 0;
    roll();
    if (answer.window() == window) {
      othersTold = Math.max(othersTold, answer.usedByOthers());
    }
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
      book.lose(unlucky.reply);
      bulkCountedTwice += unlucky.lane == Lane.BULK ? 1 : 0;
    } else if (unlucky.worker == null) {
      die(unlucky);
    } else {
      crash(unlucky.worker);
    }
  }

  /// Whichever worker holds something dies.
  private void crash() {
    List<Long> busy =
        held.stream().filter(h -> !h.dead).map(h -> h.worker).filter(Objects::nonNull).toList();
    if (!busy.isEmpty()) {
      crash(busy.get(random.nextInt(busy.size())));
    }
  }

  private void crash(Long worker) {
    held.stream().filter(h -> !h.dead && worker.equals(h.worker)).forEach(this::die);
    crew.replace(worker);
    crashes++;
    takeOver();
  }

  private void die(Held unlucky) {
    unlucky.dead = true;
    unlucky.diedAt = book.now;
    bulkCountedTwice += unlucky.lane == Lane.BULK ? unlucky.reply.use().cost() : 0;
    told.add(book.now + " a holder of " + unlucky.reply.use().cost() + " died");
  }

  /// Of the dead one may be noticed, at any time.
  private void takeOver() {
    Long worker = random.nextBoolean() ? crew.takeOver() : null;
    if (worker != null) {
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
      usedByOthers += theirs;
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
      lastReset = reset;
      reset = book.now.plus(WINDOW);
      window++;
      used = 0;
      usedByOthers = 0;
      othersTold = 0;
      notBulkBefore = notBulk;
      notBulk = 0;
      told.add(book.now + " a new window");
    }
  }

  private void check(boolean holds, String problem) {
    assertThat(holds)
        .as(
            "seed %s: %s; limit %s, used %s, by others %s (told %s), on their way %s, not bulk %s%n%s",
            seed,
            problem,
            limit,
            used,
            usedByOthers,
            othersTold,
            onTheirWay(),
            notBulk,
            String.join("\n", told))
        .isTrue();
  }
}

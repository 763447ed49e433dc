package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The functions of the ledger, asked for one owner at times that the test chooses.
final class Book {

  /// In the future, so that what is read back by the database's own clock is not over yet.
  static final Instant START = Instant.parse("2100-01-01T00:00:00Z");

  static final String CORE = "core";

  private final Handle handle;
  private final String owner;
  QuotaRules rules = QuotaRules.DEFAULT;
  Instant now = START;
  double random;

  /// Who asks; null for nobody in particular.
  @Nullable Long worker;

  Book(Handle handle, String owner) {
    this.handle = handle;
    this.owner = owner;
  }

  static Handle open(TestDatabase database) {
    return Jdbi.create(database.dataSource()).open();
  }

  /// What the ledger said, and the permit it is about.
  record Reply(
      Permit permit, QuotaUse use, String verdict, @Nullable Instant until, String reason) {
    boolean granted() {
      return verdict.equals("GRANT");
    }

    Duration waitFrom(Instant from) {
      return Duration.between(from, Objects.requireNonNull(until));
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void pass(double seconds) {
    pass(Duration.ofMillis(Math.round(seconds * 1_000)));
  }

  QuotaUse use(Lane lane, int cost, int writes) {
    return new QuotaUse(owner, CORE, lane, cost, writes, rules);
  }

  Reply ask(Lane lane) {
    return ask(lane, 1);
  }

  Reply ask(Lane lane, int cost) {
    return ask(use(lane, cost, 0), false);
  }

  Reply askAgain(Lane lane) {
    return ask(use(lane, 1, 0), true);
  }

  Reply write(Lane lane) {
    return ask(use(lane, 1, 1), false);
  }

  Reply ask(QuotaUse use, boolean waited) {
    Permit permit = new Permit(null, use, "test");
    return ask(permit, use, new QuotaMessages.Manner(waited, false, worker, random));
  }

  Reply further(Reply held, int cost) {
    QuotaUse use = held.use().of(CORE, cost, 0);
    return ask(held.permit(), use, new QuotaMessages.Manner(false, true, worker, random));
  }

  private Reply ask(Permit permit, QuotaUse use, QuotaMessages.Manner manner) {
    QuotaStore.Verdict verdict =
        Objects.requireNonNull(exchange(List.of(QuotaMessages.ask(permit, use, manner))));
    return new Reply(
        permit, use, verdict.verdict(), verdict.until(), String.valueOf(verdict.reason()));
  }

  /// An answer with these headers.
  void answer(Reply to, int limit, int remaining, double resetIn) {
    answer(to, reading(limit, remaining, limit - remaining, resetIn));
  }

  static QuotaAnswer reading(int limit, int remaining, int used, double resetIn) {
    return new QuotaAnswer(
        1,
        true,
        new QuotaAnswer.Reading(
            CORE, limit, remaining, used, Duration.ofMillis(Math.round(resetIn * 1_000))),
        null,
        null);
  }

  static QuotaAnswer tooFast(@Nullable Duration retryAfter) {
    return new QuotaAnswer(0, false, null, QuotaAnswer.Limited.SECONDARY, retryAfter);
  }

  void answer(Reply to, QuotaAnswer answer) {
    answer(to, answer, 0);
  }

  /// An answer that took so many seconds to be told.
  void answer(Reply to, QuotaAnswer answer, double age) {
    exchange(
        QuotaMessages.answered(new QuotaMessages.Sent(to.use(), to.permit().id(), CORE, 1), answer),
        age);
  }

  void lose(Reply sent) {
    exchange(QuotaMessages.lost(new QuotaMessages.Sent(sent.use(), sent.permit().id(), CORE, 1)));
  }

  void finish(Reply held) {
    exchange(List.of(QuotaMessages.finish(held.use(), held.permit().id())));
  }

  /// One request from ask to end.
  void answerAndFinish(Reply to, int limit, int remaining, double resetIn) {
    answer(to, limit, remaining, resetIn);
    finish(to);
  }

  /// Lets the ledger know how things stand: a first answer.
  void learn(int limit, int remaining, double resetIn) {
    Reply first = ask(Lane.LIVE);
    answerAndFinish(first, limit, remaining, resetIn);
  }

  QuotaState state() {
    return QuotaStore.read(handle, 10_000).stream()
        .filter(state -> state.owner().equals(owner) && state.resource().equals(CORE))
        .findFirst()
        .orElseThrow();
  }

  private QuotaStore.@Nullable Verdict exchange(List<ObjectNode> messages) {
    return exchange(messages, 0);
  }

  private QuotaStore.@Nullable Verdict exchange(List<ObjectNode> messages, double age) {
    messages.forEach(message -> message.put("age", age));
    return QuotaStore.exchange(handle, messages, now).get(0);
  }
}

package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;

/// The headers that GitHub puts on every answer. Thread-safe.
final class AnswerHeaders {

  private final SimulatorClock clock;
  private final Random random;

  AnswerHeaders(SimulatorClock clock, long seed) {
    this.clock = clock;
    this.random = new Random(seed);
  }

  Answer common(Answer answer) {
    Instant shown = clock.shown(clock.now());
    return answer
        .with("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(shown.atOffset(ZoneOffset.UTC)))
        .with("Server", "github.com")
        .with("X-GitHub-Media-Type", "github.v3; format=json")
        .with("X-GitHub-Request-Id", requestId());
  }

  Answer quota(Answer answer, QuotaResource resource, QuotaState state) {
    return answer
        .with("X-RateLimit-Limit", Integer.toString(state.limit()))
        .with("X-RateLimit-Remaining", Integer.toString(state.remaining()))
        .with("X-RateLimit-Used", Integer.toString(state.used()))
        .with("X-RateLimit-Reset", Long.toString(shownReset(state).getEpochSecond()))
        .with("X-RateLimit-Resource", resource.header());
  }

  /// The reset as a client is told it: by the server's clock, off by up to a second either way.
  synchronized Instant shownReset(QuotaState state) {
    return clock.shown(state.reset()).plusSeconds(random.nextInt(3) - 1L);
  }

  private synchronized String requestId() {
    return "%04X:%06X:%07X:%08X"
        .formatted(
            random.nextInt(1 << 16),
            random.nextInt(1 << 24),
            random.nextInt(1 << 28),
            random.nextInt() & 0xFFFFFFFFL);
  }
}

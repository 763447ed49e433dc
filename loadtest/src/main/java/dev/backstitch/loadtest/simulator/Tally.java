package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.http.Reply;
import java.util.EnumMap;
import java.util.Map;

/// Keeps the [Counts]. Thread-safe.
final class Tally {

  private final Map<Operation, Long> byOperation = new EnumMap<>(Operation.class);
  private long graphQl;
  private long rest;
  private long git;
  private long points;
  private long commits;
  private long bytes;
  private long notModified;
  private long failures;

  synchronized void request(Operation operation) {
    byOperation.merge(operation, 1L, Long::sum);
    if (operation.isGraphQl()) {
      graphQl++;
    } else if (operation.isGit()) {
      git++;
    } else {
      rest++;
    }
  }

  synchronized void points(int spent) {
    points += spent;
  }

  synchronized void commit() {
    commits++;
  }

  synchronized void reply(Reply reply) {
    switch (reply) {
      case Reply.Answer answer -> {
        bytes += answer.body().size();
        notModified += answer.status() == 304 ? 1 : 0;
        failures += answer.status() >= 500 ? 1 : 0;
      }
      case Reply.Slow(Reply.Answer answer, var _) -> bytes += answer.body().size();
      case Reply.CutShort(Reply.Answer _, int keptBytes) -> {
        bytes += keptBytes;
        failures++;
      }
      case Reply.Reset() -> failures++;
    }
  }

  synchronized Counts counts() {
    return new Counts(
        graphQl + rest,
        byOperation,
        graphQl,
        rest,
        git,
        points,
        commits,
        bytes,
        notModified,
        failures);
  }
}

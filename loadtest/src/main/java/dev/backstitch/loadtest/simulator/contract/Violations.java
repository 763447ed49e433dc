package dev.backstitch.loadtest.simulator.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record of broken contracts. Thread-safe.
public final class Violations {

  private static final Logger LOG = LoggerFactory.getLogger(Violations.class);

  /// A client that goes wrong goes on to: what is told a thousand times is not read.
  private static final int TOLD = 20;

  private final List<Violation> violations = new CopyOnWriteArrayList<>();

  public void record(Violation violation) {
    violations.add(violation);
    int told = violations.size();
    if (told > TOLD) {
      return;
    }
    LOG.error(
        "contract broken side={} request=\"{}\" {}",
        violation.side(),
        violation.request(),
        violation.messages());
    if (told == TOLD) {
      LOG.error("contract broken {} times; the next ones are kept, not logged", told);
    }
  }

  public List<Violation> all() {
    return List.copyOf(violations);
  }
}

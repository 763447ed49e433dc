package dev.backstitch.loadtest.simulator.contract;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record of broken contracts. Thread-safe.
public final class Violations {

  private static final Logger LOG = LoggerFactory.getLogger(Violations.class);

  /// A client that goes wrong goes on to: what is told a thousand times is not read.
  private static final int TOLD = 20;

  private final List<Violation> untaken = new ArrayList<>();
  private int recorded;

  public synchronized void record(Violation violation) {
    untaken.add(violation);
    recorded++;
    if (recorded > TOLD) {
      return;
    }
    LOG.error(
        "contract broken side={} request=\"{}\" {}",
        violation.side(),
        violation.request(),
        violation.messages());
    if (recorded == TOLD) {
      LOG.error("contract broken {} times; the next ones are kept, not logged", recorded);
    }
  }

  /// Those that nobody has taken, the first one first.
  public synchronized List<Violation> untaken() {
    return List.copyOf(untaken);
  }

  /// The same, which are the caller's from now on: nobody is told of them again.
  public synchronized List<Violation> take() {
    List<Violation> taken = List.copyOf(untaken);
    untaken.clear();
    return taken;
  }
}

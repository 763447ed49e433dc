package dev.backstitch.loadtest.simulator.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record of broken contracts. Thread-safe.
public final class Violations {

  private static final Logger LOG = LoggerFactory.getLogger(Violations.class);

  private final List<Violation> violations = new CopyOnWriteArrayList<>();

  public void record(Violation violation) {
    violations.add(violation);
    LOG.error(
        "contract broken side={} request=\"{}\" {}",
        violation.side(),
        violation.request(),
        violation.messages());
  }

  public List<Violation> all() {
    return List.copyOf(violations);
  }
}

package dev.backstitch.loadtest.simulator.contract;

import java.util.List;
import java.util.stream.Collectors;

/// A simulator was closed, and somebody had broken GitHub's contract or one of its laws without
/// anybody having looked at it.
public final class ContractBrokenException extends RuntimeException {

  /// The first one is the one to look at: the others often follow from it.
  private static final int TOLD = 5;

  /// @param violations all of them, the first one first; never empty
  public ContractBrokenException(List<Violation> violations) {
    super(message(violations));
  }

  private static String message(List<Violation> violations) {
    String told =
        violations.stream()
            .limit(TOLD)
            .map(one -> "\n  " + one.side() + " " + one.request() + ": " + one.messages())
            .collect(Collectors.joining());
    return "GitHub's contract was broken "
        + (violations.size() == 1 ? "once:" : violations.size() + " times:")
        + told
        + (violations.size() > TOLD ? "\n  and so on" : "");
  }
}

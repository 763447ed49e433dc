package dev.backstitch.loadtest.simulator.contract;

import java.util.List;

/// A request or an answer that GitHub's description does not allow.
///
/// @param request method and target, or the kind of GraphQL operation
/// @param messages what is wrong, never empty
public record Violation(Side side, String request, List<String> messages) {

  /// Who broke the contract.
  public enum Side {
    CLIENT,
    SIMULATOR
  }

  public Violation {
    messages = List.copyOf(messages);
  }
}

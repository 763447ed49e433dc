package dev.backstitch.loadtest.simulator.contract;

import java.util.List;

/// A request or an answer that GitHub's description does not allow, or a client that does not
/// behave.
///
/// @param request method and target, or the kind of GraphQL operation
/// @param messages what is wrong, never empty
public record Violation(Side side, String request, List<String> messages) {

  /// Who broke the contract.
  public enum Side {
    CLIENT,
    SIMULATOR,
    /// A client, and one of the laws of package `law` rather than the description.
    LAW
  }

  public Violation {
    messages = List.copyOf(messages);
  }
}

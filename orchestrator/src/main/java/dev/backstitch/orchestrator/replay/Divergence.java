package dev.backstitch.orchestrator.replay;

/// A run's code and its history disagree.
///
/// @param ordinal the command at which they do
/// @param recorded what the history holds there
/// @param issued what the code did
public record Divergence(int ordinal, String recorded, String issued) {

  /// One sentence for the run's page and the log.
  public String explanation() {
    return "BST-RUN-001: at command "
        + ordinal
        + " the history has "
        + recorded
        + ", but this build's code has "
        + issued
        + ". The run waits for a worker with another build.";
  }
}

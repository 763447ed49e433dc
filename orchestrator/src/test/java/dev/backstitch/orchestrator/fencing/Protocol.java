package dev.backstitch.orchestrator.fencing;

/// The parts of the protocol that can be taken out, and what the network may do.
///
/// @param fence how a flush asks for its right to append
/// @param freesBehindTheFence a takeover looks for the runs to free when the fence row is deleted,
///   and not before
/// @param claimsBehindTheFence a claim locks the fence row
/// @param endsFrozenTransactions the server ends a transaction whose client has fallen silent
/// @param settling how a lane finds out what became of a flush without an answer
/// @param sendingsArriveLate a flush whose connection the client has given up may still begin
///   afterwards; otherwise it has begun by then or never will
record Protocol(
    Fence fence,
    boolean freesBehindTheFence,
    boolean claimsBehindTheFence,
    boolean endsFrozenTransactions,
    Settling settling,
    boolean sendingsArriveLate) {

  enum Fence {
    /// The row is locked until the flush commits.
    LOCKED,
    /// The row is read, and may be gone a moment later.
    READ,
    /// Nobody looks.
    NONE
  }

  /// @param locks it waits for a flush of the lane that is in progress
  /// @param twice it looks again when a second sending is refused
  /// @param endsEarlierSendings what was sent before and has not begun never will, because the
  ///   sessions that it was sent to are ended
  record Settling(boolean locks, boolean twice, boolean endsEarlierSendings) {}

  /// As it must be. Lanes have a time limit on their transactions; whoever else opens one that
  /// touches a fence or a worker's row (a claim, a takeover) needs one too.
  static final Protocol REAL =
      new Protocol(Fence.LOCKED, true, true, true, new Settling(true, true, true), true);

  Protocol with(Fence other) {
    return new Protocol(
        other,
        freesBehindTheFence,
        claimsBehindTheFence,
        endsFrozenTransactions,
        settling,
        sendingsArriveLate);
  }

  Protocol with(Settling other) {
    return new Protocol(
        fence,
        freesBehindTheFence,
        claimsBehindTheFence,
        endsFrozenTransactions,
        other,
        sendingsArriveLate);
  }

  Protocol freeingTooEarly() {
    return new Protocol(
        fence, false, claimsBehindTheFence, endsFrozenTransactions, settling, sendingsArriveLate);
  }

  Protocol claimingWithoutFence() {
    return new Protocol(
        fence, freesBehindTheFence, false, endsFrozenTransactions, settling, sendingsArriveLate);
  }

  Protocol waitingForTheFrozen() {
    return new Protocol(
        fence, freesBehindTheFence, claimsBehindTheFence, false, settling, sendingsArriveLate);
  }
}

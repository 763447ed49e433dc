package dev.backstitch.loadtest.load.profile;

import dev.backstitch.loadtest.load.draw.Flame;
import java.util.List;

/// Where the time of one measurement went. Written as JSON with these members.
///
/// @param samples how often a thread was seen running Java code
/// @param methods what ran itself, most often first
/// @param waits what active sessions of the database did, most often first
/// @param statements of the database, the one that took the most time first
/// @param lanes what the engine's lanes did
/// @param flame who called whom, without what is seen less than once in two hundred
public record Profile(
    String scenario,
    String label,
    long samples,
    List<Share> methods,
    List<Share> waits,
    List<StatementCost> statements,
    LaneProfile lanes,
    Flame flame) {

  /// Copies the lists.
  public Profile {
    methods = List.copyOf(methods);
    waits = List.copyOf(waits);
    statements = List.copyOf(statements);
  }

  /// How often something was seen.
  ///
  /// @param share of all samples, 0 to 1
  public record Share(String name, long samples, double share) {}
}

package dev.backstitch.loadtest.simulator.world;

/// The size and the seed of a world. Equal plans give equal worlds, commit ids included, as long as
/// the clock starts at the same time.
///
/// @param students one to 100,000
public record WorldPlan(String owner, String name, int students, long seed) {

  public WorldPlan {
    if (students < 1 || students > 100_000) {
      throw new IllegalArgumentException("students must be 1 to 100,000, not " + students);
    }
  }
}

package dev.backstitch.orchestrator.fencing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Collects everything that can happen next at one moment.
final class Steps {
  private final World from;
  private final List<Step> found = new ArrayList<>();

  private Steps(World from) {
    this.from = from;
  }

  /// @param byFate whether nothing drives it: a fault, or a wish; the rest happens if one waits
  /// @param violation the property that it broke
  record Step(String label, World to, boolean byFate, @Nullable String violation) {}

  /// Every step from there.
  static List<Step> from(World from, Protocol protocol, int longestHistory) {
    Steps steps = new Steps(from);
    for (World.Worker worker : from.workers) {
      new ClientSteps(steps, protocol, longestHistory).of(worker);
      new ServerSteps(steps, protocol).of(worker);
      new TakeoverSteps(steps, protocol).of(worker);
    }
    return steps.found;
  }

  World from() {
    return from;
  }

  /// Something that happens sooner or later.
  void happens(String label, Consumer<World> change) {
    add(label, change, false, null);
  }

  /// Something that may happen or not.
  void mayHappen(String label, Consumer<World> change) {
    add(label, change, true, null);
  }

  /// Something that must not be possible.
  void violates(String label, String violation) {
    add(label, _ -> {}, false, violation);
  }

  private void add(
      String label, Consumer<World> change, boolean byFate, @Nullable String violation) {
    World to = from.copy();
    change.accept(to);
    found.add(new Step(label, to, byFate, violation));
  }
}

package dev.backstitch.loadtest.load.draw;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A method in a tree of who called whom, with how often it or something it called was seen.
///
/// @param children by name
public record Flame(String name, long samples, List<Flame> children) {

  /// Copies the list.
  public Flame {
    children = List.copyOf(children);
  }

  /// The tree of many stacks. Belongs to one thread.
  public static final class Builder {
    private final String name;
    private long samples;
    private final Map<String, Builder> children = new LinkedHashMap<>();

    /// A tree with a root of that name.
    public Builder(String name) {
      this.name = name;
    }

    /// Adds one stack.
    ///
    /// @param frames from the outermost caller to the method that ran
    public void add(List<String> frames) {
      samples++;
      Builder at = this;
      for (String frame : frames) {
        at = at.children.computeIfAbsent(frame, Builder::new);
        at.samples++;
      }
    }

    /// The tree, without what was seen in less than this share of all samples.
    public Flame build(double leastShare) {
      return build(Math.max(1, (long) Math.ceil(samples * leastShare)));
    }

    private Flame build(long least) {
      List<Flame> kept = new ArrayList<>();
      children.values().stream()
          .filter(child -> child.samples >= least)
          .sorted(Comparator.comparing((Builder child) -> child.name))
          .forEach(child -> kept.add(child.build(least)));
      return new Flame(name, samples, kept);
    }
  }
}

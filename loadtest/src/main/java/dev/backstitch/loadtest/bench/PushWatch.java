package dev.backstitch.loadtest.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.lib.ObjectId;

/// Lets students push and looks when the tracker branch shows it. Belongs to one thread.
final class PushWatch {
  private static final String HASHES = "latest_sync_hashes.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SyncWorld world;
  private final Map<String, List<Push>> pending = new HashMap<>();
  private final Map<String, Integer> pushes = new HashMap<>();
  private final List<Double> seconds = new ArrayList<>();
  private ObjectId seen;

  private record Push(String head, long at) {}

  PushWatch(SyncWorld world) {
    this.world = world;
    this.seen = world.trackerHead();
  }

  /// One student pushes.
  void push() {
    long now = System.nanoTime();
    int number = world.pushProgress(1).getFirst();
    PullRequest pull = world.forge().pullRequest(number).orElseThrow();
    String student = Long.toString(pull.author().orElseThrow().id());
    pending.computeIfAbsent(student, _ -> new ArrayList<>()).add(new Push(pull.head().name(), now));
    pushes.merge(student, 1, Integer::sum);
  }

  /// Looks whether the branch shows more.
  void look() {
    ObjectId head = world.trackerHead();
    if (head.equals(seen)) {
      return;
    }
    seen = head;
    long now = System.nanoTime();
    JsonNode watermarks = watermarks();
    for (Map.Entry<String, List<Push>> student : pending.entrySet()) {
      String shown = watermarks.path(student.getKey()).asText();
      List<Push> waiting = student.getValue();
      for (int i = waiting.size() - 1; i >= 0; i--) {
        if (waiting.get(i).head().equals(shown)) {
          // A newer push stands for those before it.
          List<Push> posted = waiting.subList(0, i + 1);
          posted.forEach(push -> seconds.add((now - push.at()) / 1e9));
          posted.clear();
          break;
        }
      }
    }
  }

  /// Whether the branch has shown every push.
  boolean done() {
    return pending.values().stream().allMatch(List::isEmpty);
  }

  int students() {
    return pushes.size();
  }

  /// How long a share of the pushes waited at the most; infinite if it was never shown.
  double percentile(double share) {
    int all = pushes.values().stream().mapToInt(Integer::intValue).sum();
    int index = Math.max(0, (int) Math.ceil(share * all) - 1);
    List<Double> sorted = seconds.stream().sorted().toList();
    return index < sorted.size() ? sorted.get(index) : Double.POSITIVE_INFINITY;
  }

  private JsonNode watermarks() {
    try {
      return JSON.readTree(Objects.requireNonNull(world.trackerFiles().get(HASHES), HASHES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

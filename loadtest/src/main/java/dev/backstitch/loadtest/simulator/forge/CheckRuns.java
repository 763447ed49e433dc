package dev.backstitch.loadtest.simulator.forge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.account.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/// The check runs of the base repository's commits. Thread-safe.
public final class CheckRuns {

  private static final long FIRST_ID = 80_000_000L;

  private final TreeMap<Long, CheckRun> byId = new TreeMap<>();
  private final Sizes sizes;
  private long made;

  CheckRuns(Sizes sizes) {
    this.sizes = sizes;
  }

  public synchronized CheckRun create(
      ObjectId commit, Account creator, Map<String, String> fields, List<JsonNode> annotations) {
    CheckRun run =
        new CheckRun(FIRST_ID + made++, commit, creator, Map.of(), List.of())
            .with(fields, annotations);
    byId.put(run.id(), run);
    List<CheckRun> namesakes =
        of(commit).stream()
            .filter(one -> one.name().equals(run.name()) && one.creator().equals(creator))
            .toList();
    int tooMany = namesakes.size() - sizes.limits().checkRunsPerName();
    namesakes.stream().limit(Math.max(0, tooMany)).forEach(oldest -> byId.remove(oldest.id()));
    return run;
  }

  public synchronized Optional<CheckRun> find(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// Changes fields and adds annotations.
  public synchronized CheckRun update(
      long id, Map<String, String> fields, List<JsonNode> annotations) {
    return Objects.requireNonNull(
        byId.computeIfPresent(id, (_, run) -> run.with(fields, annotations)));
  }

  /// All of a commit, oldest first.
  public synchronized List<CheckRun> of(ObjectId commit) {
    return byId.values().stream().filter(run -> run.commit().equals(commit)).toList();
  }

  /// The newest of each name and App.
  public List<CheckRun> latest(ObjectId commit) {
    var latest = new ArrayList<CheckRun>();
    for (CheckRun run : of(commit)) {
      latest.removeIf(
          older -> older.name().equals(run.name()) && older.creator().equals(run.creator()));
      latest.add(run);
    }
    return latest;
  }
}

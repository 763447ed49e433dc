package dev.backstitch.loadtest.original;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.python.PythonJson;
import dev.backstitch.loadtest.python.PythonJson.Value;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.contract.ContractBrokenException;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.law.Laws;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Syncs the students' progress the way the original does, against a simulator.
public final class OriginalPoller {

  private static final Logger LOG = LoggerFactory.getLogger(OriginalPoller.class);
  private static final String USERS = "user_map.json";
  private static final String HASHES = "latest_sync_hashes.json";
  private static final User BOT = new User(41, "actions-bot");

  private final GitHubSimulator simulator;

  public OriginalPoller(GitHubSimulator simulator) {
    this.simulator = simulator;
  }

  /// Takes the one breach of GitHub's laws that the original's way is known for, that it names no
  /// version of the API.
  ///
  /// @throws ContractBrokenException if there is another
  public void takeKnownViolations() {
    List<Violation> unknown =
        simulator.takeViolations().stream().filter(one -> !namesNoVersion(one)).toList();
    if (!unknown.isEmpty()) {
      throw new ContractBrokenException(unknown);
    }
  }

  private static boolean namesNoVersion(Violation violation) {
    return violation.side() == Violation.Side.LAW
        && violation.messages().stream().allMatch(text -> text.endsWith(Laws.NO_VERSION));
  }

  /// Runs once.
  ///
  /// @throws IOException when the list of pull requests cannot be read; a file that cannot be read
  ///   only counts as failed
  public OriginalRun run(Way way) throws IOException, InterruptedException {
    GitHubSimulator.loadContract();
    Counts before = simulator.counts();
    long begin = System.nanoTime();
    SortedMap<String, byte[]> checkout = simulator.world().trackerFiles();
    var sync = new Sync(way, readMap(checkout, USERS), readMap(checkout, HASHES));
    List<JsonNode> pullRequests;
    try (var client = new OriginalClient(simulator.apiUrl(), simulator.token());
        ExecutorService threads = Executors.newFixedThreadPool(way.threads())) {
      client.repository(simulator.repository());
      pullRequests = client.pullRequests(simulator.repository());
      await(
          pullRequests.stream().map(one -> threads.submit(() -> sync.pull(one, client))).toList());
    }
    int commits = commit(checkout, sync);
    Counts added = simulator.counts().since(before);
    return new OriginalRun(
        way,
        pullRequests.size(),
        sync.fetched,
        sync.skipped,
        sync.failed,
        added.requests(),
        added.points(),
        commits,
        Duration.ofNanos(System.nanoTime() - begin));
  }

  private static void await(List<? extends Future<?>> futures) throws InterruptedException {
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("The baseline itself failed", e.getCause());
      }
    }
  }

  /// Three commits, each only when there is something in it.
  private int commit(SortedMap<String, byte[]> checkout, Sync sync) {
    int commits = 0;
    commits +=
        commit(
            changed(checkout, sync.files),
            "Update progress for %d students".formatted(sync.fetched));
    commits += commit(changed(checkout, Map.of(USERS, writeMap(sync.users))), "Update " + USERS);
    commits += commit(changed(checkout, Map.of(HASHES, writeMap(sync.hashes))), "Update " + HASHES);
    return commits;
  }

  private int commit(Map<String, byte[]> files, String message) {
    if (files.isEmpty()) {
      return 0;
    }
    SyncWorld world = simulator.world();
    CommitOutcome outcome =
        world
            .forge()
            .commit(
                new BranchCommit(
                    SyncWorld.TRACKER, world.trackerHead(), files, Set.of(), message, BOT));
    if (!(outcome instanceof CommitOutcome.Committed)) {
      // The original's push fails in the same way, and with it the whole run.
      throw new IllegalStateException("The push was refused: " + outcome);
    }
    return 1;
  }

  private static Map<String, byte[]> changed(
      Map<String, byte[]> checkout, Map<String, byte[]> files) {
    var changed = new TreeMap<String, byte[]>();
    files.forEach((path, content) -> {
      if (!Arrays.equals(content, checkout.get(path))) {
        changed.put(path, content);
      }
    });
    return changed;
  }

  private static Map<String, String> readMap(Map<String, byte[]> files, String name) {
    byte[] bytes = files.getOrDefault(name, "{}".getBytes(StandardCharsets.UTF_8));
    var map = new LinkedHashMap<String, String>();
    if (PythonJson.read(new String(bytes, StandardCharsets.UTF_8)).orElse(null)
        instanceof Value.Dict(Map<String, Value> entries)) {
      entries.forEach((id, value) -> {
        if (value instanceof Value.Text(String text)) {
          map.put(id, text);
        }
      });
    }
    return map;
  }

  private static byte[] writeMap(Map<String, String> map) {
    var entries = new LinkedHashMap<String, Value>();
    map.forEach((id, text) -> entries.put(id, new Value.Text(text)));
    return PythonJson.write(new Value.Dict(entries)).getBytes(StandardCharsets.UTF_8);
  }

  /// What the script's threads share; guarded by its monitor as the script's is by its lock.
  private static final class Sync {

    private final Way way;
    private final Map<String, String> users;
    private final Map<String, String> hashes;
    private final Map<String, byte[]> files = new TreeMap<>();
    private int fetched;
    private int skipped;
    private int failed;

    Sync(Way way, Map<String, String> users, Map<String, String> hashes) {
      this.way = way;
      this.users = users;
      this.hashes = hashes;
    }

    void pull(JsonNode pullRequest, OriginalClient client) {
      String id = pullRequest.at("/user/id").asText();
      String head = pullRequest.at("/head/sha").asText();
      if (unchanged(id, head)) {
        return;
      }
      try {
        byte[] source =
            client.progressFile(
                pullRequest.at("/head/repo/full_name").asText(),
                pullRequest.at("/head/ref").asText());
        Value progress =
            PythonJson.read(new String(source, StandardCharsets.UTF_8))
                .orElseThrow(() -> new IOException("progress.json is no JSON"));
        keep(id, pullRequest.at("/user/login").asText(), head, progress);
      } catch (IOException e) {
        // The script prints every failure and goes on with the next student.
        LOG.info("Could not process the pull request of user {}: {}", id, e.getMessage());
        countFailed();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        countFailed();
      }
    }

    private synchronized boolean unchanged(String id, String head) {
      boolean unchanged = way.skip() && head.equals(hashes.get(id));
      skipped += unchanged ? 1 : 0;
      return unchanged;
    }

    private synchronized void keep(String id, String login, String head, Value progress) {
      files.put(
          "students/" + id + ".json", PythonJson.write(progress).getBytes(StandardCharsets.UTF_8));
      users.put(id, login);
      hashes.put(id, head);
      fetched++;
    }

    private synchronized void countFailed() {
      failed++;
    }
  }
}

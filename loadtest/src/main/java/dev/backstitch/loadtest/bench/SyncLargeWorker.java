package dev.backstitch.loadtest.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.meter.LiveHeap;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.sync.SimulatorAccess;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// A worker with a small heap in a process of its own, so that neither the simulated GitHub nor the
/// database is counted as its memory. It syncs once for each line of its input, and ends with it.
public final class SyncLargeWorker {
  private static final String PASSWORD = "SYNC_LARGE_DATABASE_PASSWORD";
  private static final String TOKEN = "SYNC_LARGE_TOKEN";

  /// In front of what it reports: libraries print to the same place.
  private static final String REPORT = "report ";

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Orchestrator orchestrator;
  private final DatabaseAddress database;
  private final String repository;
  private final LiveHeap heap = LiveHeap.watch();

  private SyncLargeWorker(Orchestrator orchestrator, DatabaseAddress database, String repository) {
    this.orchestrator = orchestrator;
    this.database = database;
    this.repository = repository;
  }

  /// What one sync took.
  ///
  /// @param mostHeapBytes the most that a collection has left, 0 if there was none
  record Report(int changed, double seconds, long mostHeapBytes, int events, long historyBytes) {}

  /// Syncs whenever it is told to.
  ///
  /// @param arguments JDBC URL, user, API URL, repository, login
  public static void main(String[] arguments) throws IOException {
    DatabaseAddress database =
        new DatabaseAddress(arguments[0], arguments[1], System.getenv(PASSWORD));
    Settings settings =
        new Settings(
            new SimulatorAccess(arguments[2], System.getenv(TOKEN), arguments[4]).settings());
    Output reports = new Output();
    try (Orchestrator orchestrator =
        Orchestrator.open(
            OrchestratorConfig.defaults(), database, List.of(new GitHubModule()), settings)) {
      SyncLargeWorker worker = new SyncLargeWorker(orchestrator, database, arguments[3]);
      BufferedReader wishes =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (wishes.readLine() != null) {
        reports.print(REPORT + JSON.writeValueAsString(worker.sync()));
      }
    }
  }

  private Report sync() throws JsonProcessingException {
    heap.takeMostBytes();
    long begin = System.nanoTime();
    Payload input = Payload.ofJson("{\"repository\":\"" + repository + "\"}");
    RunId run = orchestrator.start(new StartRequest("progress-sync", repository, input)).runId();
    RunResult ended = orchestrator.result(run, PATIENCE).orElseThrow();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (!(ended instanceof RunResult.Completed completed)) {
      throw new IllegalStateException("the sync " + run + " did not complete: " + ended);
    }
    SyncResult result = JSON.readValue(completed.result().json(), SyncResult.class);
    RunSizeStore.RunSize size =
        Jdbi.create(() -> database.connect("sync-large"))
            .withHandle(handle -> RunSizeStore.size(handle, run));
    return new Report(result.changed(), seconds, heap.takeMostBytes(), size.events(), size.bytes());
  }

  /// Starts one.
  ///
  /// @param heapMiB the most heap it may use
  static Started start(DatabaseAddress database, GitHubSimulator github, int heapMiB) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heapMiB + "m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SyncLargeWorker.class.getName(),
            database.jdbcUrl(),
            database.user(),
            github.apiUrl().toString(),
            github.repository(),
            github.login());
    builder.environment().put(PASSWORD, database.password());
    builder.environment().put(TOKEN, github.token());
    builder.redirectErrorStream(true);
    try {
      return new Started(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("a worker can't be started", e);
    }
  }

  /// The process as its parent sees it. Belongs to one thread.
  static final class Started implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final Writer wishes;

    private Started(Process process) {
      this.process = process;
      this.said = process.inputReader(StandardCharsets.UTF_8);
      this.wishes = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// Has it sync, and waits until that is done.
    ///
    /// @throws IllegalStateException if it ends instead, with the last that it said
    Report sync() {
      String last = "";
      try {
        wishes.write("sync\n");
        wishes.flush();
        for (@Nullable String line = said.readLine(); line != null; line = said.readLine()) {
          if (line.startsWith(REPORT)) {
            return Objects.requireNonNull(
                JSON.readValue(line.substring(REPORT.length()), Report.class));
          }
          last = line;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the worker can't be spoken to; it said: " + last, e);
      }
      throw new IllegalStateException("the worker has ended; it said: " + last);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}

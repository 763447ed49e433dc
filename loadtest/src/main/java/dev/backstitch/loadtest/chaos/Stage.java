package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.network.PostgresProxy;
import dev.backstitch.loadtest.witness.Statement;
import dev.backstitch.loadtest.witness.Witness;
import dev.backstitch.loadtest.witness.WitnessClient;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.RunControl;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// Everything that chaos plays with, in one folder: the database, the workers, the witness.
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TESTIMONY = "witness.log";
  private static final int OLD_INPUT_BYTES = 1_500;

  private final Path folder;
  private final RunControl control;
  private final EmbeddedPostgres postgres;
  private final Process witnessProcess;
  private final WitnessClient witness;
  private final List<WorkerSlot> slots;
  private final Optional<FakeClock> clock;
  private final Jdbi jdbi;
  private boolean closed;

  /// @param folder empty, and kept
  /// @param lease of the workers
  /// @param worker what the worker processes run, as in [WorkerSlot.Launch]
  /// @param beside another build's jar, which every second worker runs
  record Setting(Path folder, int workers, Duration lease, Class<?> worker, Optional<Path> beside) {

    Setting(Path folder, int workers, Duration lease) {
      this(folder, workers, lease, ChaosWorker.class, Optional.empty());
    }

    /// The same with workers that run something else.
    Setting running(Class<?> newWorker) {
      return new Setting(folder, workers, lease, newWorker, beside);
    }

    /// The same beside another build.
    Setting beside(Optional<Path> newBeside) {
      return new Setting(folder, workers, lease, worker, newBeside);
    }

    private String classPath(int slot) {
      return beside
          .filter(_ -> slot % 2 == 1)
          .map(Path::toString)
          .orElseGet(() -> System.getProperty("java.class.path"));
    }
  }

  private Stage(
      Setting setting,
      EmbeddedPostgres postgres,
      Process witnessProcess,
      int witnessPort,
      Optional<FakeClock> clock) {
    this.folder = setting.folder();
    this.postgres = postgres;
    this.witnessProcess = witnessProcess;
    this.witness = WitnessClient.connect(witnessPort);
    this.clock = clock;
    this.jdbi = Jdbi.create(postgres.dataSource());
    this.control = RunControl.on(postgres.dataSource());
    this.slots = new ArrayList<>();
    String url = postgres.jdbcUrl();
    for (int i = 0; i < setting.workers(); i++) {
      Map<String, String> environment = new HashMap<>();
      if (i == setting.workers() - 1) {
        // One worker's clock is enough, and the others run without a foreign library in them.
        clock.ifPresent(faked -> environment.putAll(faked.environment()));
      }
      slots.add(
          new WorkerSlot(
              i,
              folder,
              PostgresProxy.start(postgres.port()),
              new WorkerSlot.Launch(
                  setting.worker(),
                  setting.classPath(i),
                  url.substring(url.lastIndexOf('/') + 1),
                  postgres.user(),
                  postgres.password(),
                  witnessPort,
                  setting.lease().toMillis(),
                  environment)));
    }
  }

  /// Sets the stage: a migrated database, the witness, and every worker serving.
  static Stage set(Setting setting) {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(setting.folder().resolve("postgres"))
                .withSettings(Map.of("track_commit_timestamp", "on", "max_connections", "200")));
    try {
      Migrator.migrate(postgres.dataSource());
      leaveHistory(postgres.dataSource());
      Path port = setting.folder().resolve("witness.port");
      Process witnessProcess =
          JavaProcess.of(
                  Witness.class,
                  List.of("-Xmx128m"),
                  List.of(setting.folder().resolve(TESTIMONY).toString(), port.toString()))
              .redirectErrorStream(true)
              .redirectOutput(setting.folder().resolve("witness.out").toFile())
              .start();
      Waiting.until(PATIENCE, "the witness to listen", () -> Files.exists(port));
      Stage stage =
          new Stage(
              setting,
              postgres,
              witnessProcess,
              Integer.parseInt(Files.readString(port)),
              FakeClock.find(setting.folder()));
      stage.slots.forEach(WorkerSlot::start);
      stage.slots.forEach(
          slot -> Waiting.until(PATIENCE, "a worker to serve", () -> slot.address().isPresent()));
      return stage;
    } catch (IOException e) {
      postgres.close();
      throw new UncheckedIOException("the stage can't be set in " + setting.folder(), e);
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  /// So much that a full disk hinders the history at once.
  private static void leaveHistory(DataSource database) {
    Payload input = Payload.ofJson('"' + "x".repeat(OLD_INPUT_BYTES) + '"');
    int runs = (int) (DiskLimit.BYTES / OLD_INPUT_BYTES * 3 / 2);
    Jdbi.create(database).useTransaction(handle -> ChaosStore.leaveHistory(handle, runs, input));
  }

  Path folder() {
    return folder;
  }

  List<WorkerSlot> slots() {
    return slots;
  }

  WitnessClient witness() {
    return witness;
  }

  /// The clock that can be made to jump, if the machine has what is needed.
  Optional<FakeClock> clock() {
    return clock;
  }

  /// Past the proxies. Fails while the database is down.
  Jdbi jdbi() {
    return jdbi;
  }

  /// Speaks to the runs that are open, when all clients are done. A start that was held up on its
  /// way may have begun a run when its client had long been told of another: nobody speaks to such
  /// a run any more.
  ///
  /// @return whether none is open
  boolean nothingIsOpen() {
    try {
      List<RunId> open = jdbi.withHandle(ChaosStore::open);
      for (RunId run : open) {
        for (int word = 1; word <= ChaosModule.WORDS; word++) {
          control.signal(run, ChaosModule.word(word));
        }
      }
      return open.isEmpty();
    } catch (JdbiException e) {
      return false;
    }
  }

  DataSource database() {
    return postgres.dataSource();
  }

  /// The server's process, if it runs.
  Optional<Long> postmaster() {
    try (Stream<String> lines = Files.lines(folder.resolve("postgres/data/postmaster.pid"))) {
      return lines.findFirst().map(String::strip).map(Long::parseLong);
    } catch (IOException e) {
      // Down at this moment.
      return Optional.empty();
    }
  }

  /// Where workers serve, as far as is known.
  List<URI> addresses() {
    return slots.stream().flatMap(slot -> slot.address().stream()).toList();
  }

  /// What the witness has written down.
  List<Statement> testimony() {
    try (Stream<String> lines = Files.lines(folder.resolve(TESTIMONY))) {
      return lines.map(Statement::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the witness's file can't be read", e);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    slots.forEach(WorkerSlot::close);
    witness.close();
    witnessProcess.destroy();
    postgres.close();
  }
}

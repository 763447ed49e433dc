package dev.backstitch.loadtest.load.stage;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A whole server in a process of its own. It ends by itself when its input does, so also when its
/// parent is killed.
public final class LoadWorker {
  /// The environment variable with the database's password.
  static final String PASSWORD = "LOAD_DATABASE_PASSWORD";

  /// The environment variable with what the modules may be told, as a JSON object of strings.
  static final String SETTINGS = "LOAD_SETTINGS";

  /// The file in the home folder that says where it listens.
  static final String ADDRESS = "address";

  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);

  private LoadWorker() {}

  /// Serves until its input ends.
  ///
  /// @param arguments JDBC URL, user, home folder
  public static void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[2]);
    Map<String, String> settings =
        JsonMapper.builder()
            .build()
            .readValue(System.getenv(SETTINGS), new TypeReference<Map<String, String>>() {});
    ServerConfig config =
        ServerConfig.in(home)
            .withDatabase(new DatabaseAddress(arguments[0], arguments[1], System.getenv(PASSWORD)))
            .withEngine(Engine.config())
            .quiet();
    CountDownLatch inputEnded = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(inputEnded), "stop"));
    try (Server server = Server.start(config, Engine.modules(), new Settings(settings))) {
      Path unfinished = home.resolve(ADDRESS + ".unfinished");
      Files.writeString(unfinished, server.address().toString());
      Files.move(unfinished, home.resolve(ADDRESS), StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Only the end of the input means something.
      }
    } finally {
      inputEnded.countDown();
    }
  }

  /// Ctrl-C in a terminal reaches every process there. The parent ends the load first, and then
  /// this one.
  private static void awaitEnd(CountDownLatch inputEnded) {
    try {
      inputEnded.await(LONGEST_FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.backstitch.loadtest.start;

import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.command.Modules;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.sync.SyncReport;
import dev.backstitch.loadtest.sync.SyncScenarios;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/// Starts everything, syncs twice, looks at every page once, and ends.
///
/// The build runs it under `-XX:AOTCacheOutput`. It ends with 0 even where a server can't be
/// started (a build in a sandbox without PostgreSQL): a cache with fewer classes only makes starts
/// slower, and the tests are what judges the product.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Do once what commands usually do. Used by the build to make later starts fast.")
public final class RehearseCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RehearseCommand.class);
  private static final int STUDENTS = 30;

  @Override
  public Integer call() {
    try (TemporaryHome home = TemporaryHome.create();
        GitHubSimulator simulator =
            GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(STUDENTS));
        Server server =
            Server.start(
                ServerConfig.in(home.path()).withAddress("127.0.0.1", 0),
                Modules.installed(),
                SyncScenarios.settings(simulator))) {
      SyncScenarios scenarios = new SyncScenarios(server.orchestrator(), simulator, _ -> {});
      SyncReport cold = scenarios.cold();
      scenarios.tenChanged();
      look(server, cold.runId().toString());
    } catch (RuntimeException | IOException e) {
      log.warn("event=rehearsal_cut_short reason=\"{}\"", e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void look(Server server, String runId) throws IOException, InterruptedException {
    try (ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      api.get("/api/v1/runs");
      api.get("/api/v1/runs/" + runId + "/result?wait=1s");
    }
    try (HttpClient browser = HttpClient.newHttpClient()) {
      for (String path : List.of("/readyz", "/metrics", "/", "/runs/" + runId)) {
        URI address = URI.create(server.address() + path);
        browser.send(
            HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding());
      }
    }
  }
}

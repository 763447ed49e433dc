package dev.backstitch.loadtest.demo;

import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.command.Modules;
import dev.backstitch.api.command.Output;
import dev.backstitch.api.command.RunProgress;
import dev.backstitch.api.command.Stop;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.option.StudentsOption;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.sync.SyncReport;
import dev.backstitch.loadtest.sync.SyncScenarios;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the product: starts everything, syncs, and goes on serving.
@Command(
    name = "demo",
    description = {
      "Start PostgreSQL, a simulated GitHub and the server, and sync a class of students.",
      "Nothing is kept: the folder of the demo goes with it."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int USUAL_PORT = 8080;

  private final Output output = new Output();

  @Option(
      names = "--once",
      description = "Sync three times (cold, idle, ten students changed), then end.")
  private boolean once;

  @Option(names = "--json", description = "Print an array of what each sync did and cost.")
  private boolean json;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the server. Default: 8080, or any that is free when that is taken.")
  private int port = -1;

  @Mixin private final StudentsOption students = new StudentsOption();

  @Override
  public Integer call() {
    SimulatorConfig config = SimulatorConfig.likeGitHub().withStudents(students.number());
    TemporaryHome home = TemporaryHome.create();
    GitHubSimulator simulator = GitHubSimulator.start(config);
    Server server =
        Server.start(
            ServerConfig.in(home.path()).withAddress("127.0.0.1", chosenPort()),
            Modules.installed(),
            SyncScenarios.settings(simulator));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.close();
                    home.close();
                  } finally {
                    Ending.close(simulator, output);
                  }
                },
                "stop"));
    output.say(
        "PostgreSQL, a simulated GitHub with "
            + students.number()
            + " students, and the server are up: "
            + server.address());
    try (ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      syncs(server, simulator, api);
    }
    if (!once) {
      output.say("Serving " + server.address() + " (Ctrl-C stops everything)");
      Stop.await();
    }
    return 0;
  }

  private void syncs(Server server, GitHubSimulator simulator, ApiClient api) {
    SyncScenarios scenarios =
        new SyncScenarios(
            server.orchestrator(),
            simulator,
            runId -> new RunProgress(output).follow(api, runId.toString()));
    List<SyncReport> reports = new ArrayList<>();
    reports.add(show(api, scenarios.cold()));
    if (once) {
      reports.add(show(api, scenarios.idle()));
      reports.add(show(api, scenarios.tenChanged()));
    }
    if (json) {
      output.printJson(reports.stream().map(ReportDocument::of).toList());
    }
  }

  private SyncReport show(ApiClient api, SyncReport report) {
    if (!json) {
      ReportText.of(report, api.page(report.runId().toString())).forEach(output::print);
    }
    return report;
  }

  private int chosenPort() {
    if (port >= 0) {
      return port;
    }
    try (ServerSocket probe = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      // Taken: somebody's own server, most likely.
      return 0;
    }
  }
}

package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Effects;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// Backstitch as it comes: default settings, every step a `WRITE`.
public final class BackstitchEngine implements Engine {

  @Override
  public String name() {
    return "backstitch";
  }

  @Override
  public String settings() {
    return "default settings, every step WRITE";
  }

  @Override
  public Session open(Ground ground) throws IOException {
    Grounds.migrate(ground);
    Effects effects = Effects.open(ground);
    Gates gates = new Gates();
    Orchestrator orchestrator =
        Orchestrator.open(
            OrchestratorConfig.defaults(),
            Grounds.address(ground),
            List.of(new StepModule(), new TrialModule(effects, gates)),
            new Settings(Map.of()));
    return new BackstitchSession(
        orchestrator, Jdbi.create(Grounds.dataSource(ground)), effects, gates);
  }
}

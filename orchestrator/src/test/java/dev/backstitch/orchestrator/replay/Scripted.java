package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.function.Function;

/// A workflow whose code is a lambda of the test.
record Scripted(Function<RunContext, String> code) implements Workflow<String, String> {
  static final RunId ID = new RunId(7);

  @Override
  public String run(RunContext run, String input) {
    return code.apply(run);
  }

  static Catalog catalog(Function<RunContext, String> code) {
    return SimulatedRun.catalog(
        registry -> registry.workflow("scripted", () -> new Scripted(code)));
  }

  static SimulatedRun start(Function<RunContext, String> code) {
    return SimulatedRun.start(ID, catalog(code), "scripted", "\"input\"");
  }

  /// The first attempt at a call returned.
  static Event answer(int ordinal) {
    return new Event.ActivityCompleted(
        ordinal, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"answer " + ordinal + "\""));
  }

  static Event returned(String text) {
    return new Event.RunCompleted(Payload.ofJson("\"" + text + "\""));
  }
}

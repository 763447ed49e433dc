package dev.backstitch.api.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Sends a signal to a run.
@Command(
    name = "signal",
    description = "Send a signal to a run. It receives each id once, in order.")
final class SignalCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Environment environment;
  private final Output output;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Connection connection = new Connection();
  @Mixin private ActorOption actor = new ActorOption();

  @Parameters(index = "0", paramLabel = "ID", description = "The run's id.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "The channel that the run reads.")
  private String name = "";

  @Option(
      names = "--payload",
      paramLabel = "JSON",
      defaultValue = "null",
      description = "What is sent. Default: ${DEFAULT-VALUE}.")
  private String payload = "null";

  @Option(
      names = "--id",
      paramLabel = "SIGNAL-ID",
      description = "The sender's name for this signal. Default: a new one.")
  private @Nullable String signalId;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  SignalCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    requireJson();
    try (RunSource runs = connection.runs(environment)) {
      JsonNode accepted =
          runs.signal(id, new RunSource.Signal(name, signalId, actor.name(), payload));
      if (json) {
        output.printJson(accepted);
      } else {
        output.print("accepted  " + name + " under the id " + accepted.path("id").asText());
      }
      return 0;
    }
  }

  private void requireJson() {
    try {
      if (!JSON.readTree(payload).isMissingNode()) {
        return;
      }
    } catch (JsonProcessingException e) {
      throw new ParameterException(
          spec.commandLine(), "--payload is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new ParameterException(spec.commandLine(), "--payload is no JSON: it is empty");
  }
}

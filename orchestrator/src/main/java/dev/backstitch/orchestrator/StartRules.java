package dev.backstitch.orchestrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.catalog.WorkflowDefinition;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.worker.NewRun;
import java.util.stream.Collectors;

/// What a wish to start a run must be like.
final class StartRules {
  private final Catalog catalog;
  private final ValueCodec codec;
  private final String build;

  StartRules(Catalog catalog, ValueCodec codec, String build) {
    this.catalog = catalog;
    this.codec = codec;
    this.build = build;
  }

  /// The run that is wished for.
  ///
  /// @throws InvalidRequestException if the request can't be served as it stands
  NewRun checked(StartRequest request) {
    WorkflowDefinition definition =
        catalog
            .workflow(request.workflow())
            .orElseThrow(() ->
                new InvalidRequestException(
                    "workflow",
                    "there is no workflow "
                        + request.workflow()
                        + "; there are: "
                        + String.join(", ", catalog.workflowNames())));
    String key = request.key();
    if (key != null && (key.isBlank() || key.length() > 200)) {
      throw new InvalidRequestException(
          "key", "a key has 1 to 200 characters and is not blank, or is left out");
    }
    if (!QueueLimits.isName(request.queue())) {
      throw new InvalidRequestException(
          "queue", "a queue's name has 1 to 100 lower-case letters, digits, '-' and '.'");
    }
    if (request.priority() < 0 || request.priority() > 9) {
      throw new InvalidRequestException("priority", "a priority is 0 to 9, 9 is taken first");
    }
    try {
      if (codec.decodeStrictly(request.input(), definition.inputType()) == null) {
        throw new InvalidRequestException("input", "an input is needed, was null");
      }
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof InvalidRequestException byTheInputItself) {
        throw byTheInputItself;
      }
      throw new InvalidRequestException(inputField(e), inputFault(e), e);
    }
    return new NewRun(
        new Event.RunStarted(request.workflow(), key, build, request.input()),
        request.queue(),
        request.priority());
  }

  private static String inputField(JsonProcessingException fault) {
    if (fault instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
          .map(part ->
              part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
          .collect(Collectors.joining(".", "input.", ""));
    }
    return "input";
  }

  private static String inputFault(JsonProcessingException fault) {
    Throwable cause = fault.getCause();
    return cause instanceof IllegalArgumentException
        ? String.valueOf(cause.getMessage())
        : fault.getOriginalMessage();
  }
}

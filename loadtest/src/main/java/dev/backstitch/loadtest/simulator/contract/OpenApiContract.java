package dev.backstitch.loadtest.simulator.contract;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Holds REST traffic against GitHub's OpenAPI description. Immutable and thread-safe.
public final class OpenApiContract {

  /// Statuses that any operation may answer, whether its description lists them or not.
  private static final Set<Integer> GENERAL =
      Set.of(400, 401, 403, 404, 405, 429, 500, 502, 503, 504);

  private final OpenApiInteractionValidator validator;

  private OpenApiContract(OpenApiInteractionValidator validator) {
    this.validator = validator;
  }

  /// Loads the description, which takes some hundred milliseconds: see [#shared].
  static OpenApiContract load() {
    return new OpenApiContract(
        OpenApiInteractionValidator.createForInlineApiSpecification(Schemas.openApi()).build());
  }

  /// The one contract of this process, loaded on first use. It is immutable, and loading it for
  /// every simulator of a test run would cost more than the tests.
  public static OpenApiContract shared() {
    return Holder.SHARED;
  }

  private static final class Holder {
    static final OpenApiContract SHARED = load();
  }

  /// What is wrong with a GET request; empty when nothing is.
  ///
  /// @param path as described, each path parameter's value percent-encoded with its slashes: the
  ///   validator matches by segment, though some of GitHub's parameters span several
  public List<String> checkRequest(String path, Map<String, String> parameters) {
    SimpleRequest.Builder request = SimpleRequest.Builder.get(path);
    parameters.forEach(request::withQueryParam);
    return messages(validator.validateRequest(request.build()));
  }

  /// What is wrong with the answer to a GET request; empty when nothing is.
  ///
  /// @param contentType without parameters
  public List<String> checkAnswer(String path, int status, String contentType, String body) {
    SimpleResponse.Builder answer = SimpleResponse.Builder.status(status);
    if (status != 304) {
      answer.withContentType(contentType).withBody(body);
    }
    return messages(
        validator.validateResponse(path, Request.Method.GET, answer.build()),
        GENERAL.contains(status) ? Set.of("validation.response.status.unknown") : Set.of());
  }

  private static List<String> messages(ValidationReport report) {
    return messages(report, Set.of());
  }

  private static List<String> messages(ValidationReport report, Set<String> allowed) {
    return report.getMessages().stream()
        .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
        .filter(message -> !allowed.contains(message.getKey()))
        .map(OpenApiContract::text)
        .toList();
  }

  private static String text(ValidationReport.Message message) {
    String parameter =
        message
            .getContext()
            .flatMap(ValidationReport.MessageContext::getParameter)
            .map(Parameter::getName)
            .map(name -> "parameter " + name + ": ")
            .orElse("");
    return message.getKey() + ": " + parameter + message.getMessage();
  }
}

package dev.backstitch.loadtest.simulator.contract;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Holds REST traffic against GitHub's OpenAPI description. Immutable and thread-safe.
public final class OpenApiContract {

  /// Statuses that any operation may answer, whether its description lists them or not.
  private static final Set<Integer> GENERAL =
      Set.of(301, 302, 307, 400, 401, 403, 404, 405, 422, 429, 500, 502, 503, 504);

  /// Where the reduction has the descriptions of webhooks, which are no paths of the API.
  private static final String EVENTS = "/webhooks/";

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

  /// What is wrong with a request; empty when nothing is.
  ///
  /// @param method in upper case
  /// @param path as described, each path parameter's value percent-encoded with its slashes: the
  ///   validator matches by segment, though some of GitHub's parameters span several
  /// @param json the body; empty if there is none
  public List<String> checkRequest(
      String method, String path, Map<String, String> parameters, String json) {
    var request = new SimpleRequest.Builder(Request.Method.valueOf(method), path);
    parameters.forEach(request::withQueryParam);
    if (!json.isEmpty()) {
      request.withContentType("application/json").withBody(json);
    }
    return messages(validator.validateRequest(request.build()));
  }

  /// The same for a GET request.
  public List<String> checkRequest(String path, Map<String, String> parameters) {
    return checkRequest("GET", path, parameters, "");
  }

  /// What is wrong with what a webhook is told; empty when nothing is.
  ///
  /// @param event as GitHub's description names it, such as `pull-request-opened`
  public List<String> checkEvent(String event, String payload) {
    return checkRequest("POST", EVENTS + event, Map.of(), payload);
  }

  /// What is wrong with the answer to a request; empty when nothing is.
  ///
  /// @param method in upper case
  /// @param answer in JSON, or with another type for 304
  public List<String> checkAnswer(String method, String path, Answer answer) {
    SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.status());
    if (answer.status() != 304) {
      response.withContentType("application/json").withBody(answer.body().text());
    }
    return messages(
        validator.validateResponse(path, Request.Method.valueOf(method), response.build()),
        GENERAL.contains(answer.status())
            ? Set.of("validation.response.status.unknown")
            : Set.of());
  }

  /// The same for the answer to a GET request.
  public List<String> checkAnswer(String path, int status, String contentType, String body) {
    return checkAnswer("GET", path, Answer.of(status, contentType, Body.of(body)));
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

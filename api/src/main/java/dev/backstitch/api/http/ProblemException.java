package dev.backstitch.api.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ends a request with a [Problem]. Its factory methods are the list of all problems that routes
/// report themselves.
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;
  private final transient Map<String, String> headers;

  private ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail());
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  private static ProblemException of(
      int status,
      String code,
      String title,
      String detail,
      @Nullable String field,
      List<String> allowed) {
    return new ProblemException(new Problem(status, code, title, detail, field, allowed), Map.of());
  }

  /// The body is not JSON, or not a JSON object.
  public static ProblemException malformedJson(String detail) {
    return of(
        400, "malformed-json", "The body is not the JSON it should be", detail, null, List.of());
  }

  /// A member of the body that nothing reads.
  public static ProblemException unknownMember(String member, List<String> allowed) {
    return of(
        400,
        "unknown-member",
        "The body has an unknown member",
        "'" + member + "' is not known here. Allowed: " + String.join(", ", allowed) + ".",
        member,
        allowed);
  }

  /// A member of the body that is missing or of the wrong type.
  public static ProblemException invalidMember(String member, String detail) {
    return of(400, "invalid-member", "A member of the body is wrong", detail, member, List.of());
  }

  /// A query parameter that nothing reads.
  public static ProblemException unknownParameter(String name, List<String> allowed) {
    return of(
        400,
        "unknown-parameter",
        "The address has an unknown parameter",
        "'" + name + "' is not known here. Allowed: " + String.join(", ", allowed) + ".",
        name,
        allowed);
  }

  /// A parameter of the query or the path with a value that can't be.
  public static ProblemException invalidParameter(
      String name, String detail, List<String> allowed) {
    return of(
        400, "invalid-parameter", "A parameter of the address is wrong", detail, name, allowed);
  }

  /// A header with a value that can't be.
  public static ProblemException invalidHeader(String name, String detail) {
    return of(400, "invalid-header", "A header is wrong", detail, name, List.of());
  }

  /// A well-formed request whose content can't be served.
  public static ProblemException unprocessable(String field, String detail, List<String> allowed) {
    return of(
        422, "unprocessable", "The request can't be served as it stands", detail, field, allowed);
  }

  /// There is no such run.
  public static ProblemException runNotFound(String id) {
    return of(
        404,
        "run-not-found",
        "There is no such run",
        "No run has the id " + id + ". GET /api/v1/runs lists those that exist.",
        "id",
        List.of());
  }

  /// There is no such sync.
  public static ProblemException syncNotFound(String name) {
    return of(
        404,
        "sync-not-found",
        "There is no such sync",
        "No sync is called '" + name + "'. GET /api/v1/syncs lists those that exist.",
        "name",
        List.of());
  }

  /// The sync is not as the caller has seen it.
  public static ProblemException syncChanged(String detail) {
    return of(409, "sync-changed", "The sync was changed meanwhile", detail, "version", List.of());
  }

  /// The run is over.
  public static ProblemException runClosed(String id, String status) {
    return of(
        409,
        "run-closed",
        "The run is over",
        "Run " + id + " has ended as " + status + ", and takes nothing any more.",
        "id",
        List.of());
  }

  /// So much waits for the run that no more is accepted.
  public static ProblemException inboxFull(int waiting) {
    return new ProblemException(
        new Problem(
            429,
            "inbox-full",
            "The run has enough to read",
            "The run has not taken " + waiting + " messages yet. Send this one again later.",
            null,
            List.of()),
        Map.of("Retry-After", "5"));
  }

  /// There is no such event.
  public static ProblemException eventNotFound(String id, int seq) {
    return of(
        404,
        "event-not-found",
        "There is no such event",
        "Run " + id + " has no event " + seq + ".",
        "seq",
        List.of());
  }

  /// The body is larger than the limit.
  public static ProblemException bodyTooLarge(int limitBytes) {
    return of(
        413,
        "body-too-large",
        "The body is too large",
        "A body may have " + limitBytes + " bytes.",
        null,
        List.of());
  }

  /// The body is not declared as JSON.
  public static ProblemException unsupportedMediaType(@Nullable String given) {
    return of(
        415,
        "unsupported-media-type",
        "The body must be JSON",
        "Send it with 'Content-Type: application/json'; was "
            + (given == null ? "not set." : "'" + given + "'."),
        "Content-Type",
        List.of("application/json"));
  }

  /// No token, or a wrong one.
  public static ProblemException unauthorized(String challenge) {
    return new ProblemException(
        new Problem(
            401,
            "unauthorized",
            "A token is required",
            "Send the server's token as 'Authorization: Bearer ...', or as the password of Basic"
                + " authentication with any user name.",
            null,
            List.of()),
        Map.of("WWW-Authenticate", challenge));
  }

  /// A delivery that nobody who knows the secret has sent.
  public static ProblemException badSignature() {
    return of(
        401,
        "bad-signature",
        "The signature is not right",
        "X-Hub-Signature-256 must be the HMAC of the body. Set the same secret at GitHub as in"
            + " BACKSTITCH_WEBHOOKS_SECRET.",
        "X-Hub-Signature-256",
        List.of());
  }

  /// The server has no secret to tell deliveries by.
  public static ProblemException webhooksOff() {
    return of(
        404,
        "webhooks-off",
        "This server takes no webhooks",
        "Set BACKSTITCH_WEBHOOKS_SECRET to the secret that GitHub signs with, and restart.",
        null,
        List.of());
  }

  /// Asked under a name that is not ours.
  public static ProblemException foreignHost(String host) {
    return of(
        421,
        "foreign-host",
        "The server is not known by this name",
        "Without a token the server answers only under a loopback name such as 127.0.0.1 or"
            + " localhost, was asked as '"
            + host
            + "'.",
        "Host",
        List.of());
  }

  /// A change that another site's page asks for.
  public static ProblemException foreignOrigin(String origin) {
    return of(
        403,
        "foreign-origin",
        "Another site's page may not change anything here",
        "The request came from '" + origin + "'.",
        "Origin",
        List.of());
  }

  /// Too many listeners.
  public static ProblemException tooManyStreams(int limit) {
    return new ProblemException(
        new Problem(
            503,
            "too-many-streams",
            "Too many listeners",
            "This server has its " + limit + " listeners already. Try again later, or poll events.",
            null,
            List.of()),
        Map.of("Retry-After", "5"));
  }

  /// What the answer says.
  public Problem problem() {
    return problem;
  }

  /// Headers of the answer.
  public Map<String, String> headers() {
    return headers;
  }
}

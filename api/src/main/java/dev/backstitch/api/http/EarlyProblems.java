package dev.backstitch.api.http;

import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Problems of requests that Jetty refuses before any route sees them, such as an address that
/// can't be decoded or headers without end. Same form as all others.
final class EarlyProblems extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      String message,
      Throwable cause,
      Callback callback) {
    byte[] json = Problems.json(problem(status));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    response.write(true, ByteBuffer.wrap(json), callback);
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  private static Problem problem(int status) {
    return new Problem(
        status,
        "http-" + status,
        HttpStatus.getMessage(status),
        "The request was refused before it was read: " + HttpStatus.getMessage(status) + ".",
        null,
        List.of());
  }
}

package dev.backstitch.activities.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One exchange over HTTP, bounded as a whole in time and bytes. Thread-safe.
final class Wire {
  private final HttpClient http;

  /// @param http must follow no redirect by itself: what a request carries is for one host
  Wire(HttpClient http) {
    if (http.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the client must not follow redirects by itself");
    }
    this.http = http;
  }

  /// The timeout of the JDK's client ends with the headers, so a body that trickles could hold an
  /// attempt for ever: the whole exchange is timed here.
  ///
  /// @throws BoundedBody.AnswerTooBigException if the body has more bytes
  HttpResponse<byte[]> send(HttpRequest request, Duration within, int maxBytes)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, _ -> new BoundedBody(maxBytes));
    try {
      return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("the answer was not complete in time");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("the HTTP client failed", failed.getCause());
    } finally {
      // Closes the connection if it still waits; does nothing otherwise.
      answer.cancel(true);
    }
  }
}

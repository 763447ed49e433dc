package dev.backstitch.api.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The body of a request that brings JSON.
public final class RequestBody {
  /// The largest body that is read: 1 MiB.
  public static final int MAX_BYTES = 1 << 20;

  private RequestBody() {}

  /// The bytes. They are counted while they are read, because a chunked body does not announce its
  /// length.
  ///
  /// @throws ProblemException if it is too large or not declared as JSON
  public static byte[] json(Context ctx) throws IOException {
    @Nullable String type = ctx.contentType();
    // Besides saying what it is, this keeps out the forms that another site's page could send
    // without being asked first by the browser
    // (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
    if (type == null
        || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
      throw ProblemException.unsupportedMediaType(type);
    }
    if (ctx.req().getContentLengthLong() > MAX_BYTES) {
      throw ProblemException.bodyTooLarge(MAX_BYTES);
    }
    InputStream in = ctx.req().getInputStream();
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw ProblemException.bodyTooLarge(MAX_BYTES);
    }
    return bytes;
  }
}

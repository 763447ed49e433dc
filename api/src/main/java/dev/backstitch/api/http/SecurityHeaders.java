package dev.backstitch.api.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/// What browsers may do with our answers: load scripts and styles from here only, show the pages in
/// no other site's frame, keep no copy.
final class SecurityHeaders implements Handler {
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  @Override
  public void handle(Context ctx) {
    ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Referrer-Policy", "same-origin");
    ctx.header("Cross-Origin-Opener-Policy", "same-origin");
    ctx.header("Cross-Origin-Resource-Policy", "same-origin");
    // Assets carry the hash of their content in their name and say so themselves.
    ctx.header("Cache-Control", "no-store");
  }
}

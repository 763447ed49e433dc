package dev.backstitch.api.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may talk to the server.
///
/// - With a token, everything but health and assets needs it: as a bearer token from programs, as
///   the password of Basic authentication from people's browsers. There are no sessions and no
///   cookies, hence nothing to steal or to expire.
/// - Without a token the server is bound to the loopback, and answers only under a loopback name: a
///   page of another site whose own name was made to point to 127.0.0.1 (DNS rebinding) would
///   otherwise be let in by the browser.
/// - Webhooks are signed, and need neither the token nor a loopback name.
/// - A change must not come from another site's page: `Sec-Fetch-Site` or `Origin` tells.
final class AccessGuard implements Handler {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(localhost|.+\\.localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d+)?");

  /// What is sent there proves by a signature who sent it, and GitHub asks for it by a name of the
  /// network.
  private static final String SIGNED = "/api/v1/webhooks/";

  private final byte @Nullable [] tokenHash;

  AccessGuard(Optional<String> token) {
    this.tokenHash = token.map(AccessGuard::hash).orElse(null);
  }

  @Override
  public void handle(Context ctx) {
    if (ctx.path().startsWith(SIGNED)) {
      return;
    }
    if (tokenHash == null) {
      requireLoopbackName(ctx);
    }
    if (!SAFE.contains(ctx.req().getMethod())) {
      requireSameOrigin(ctx);
    }
    if (tokenHash != null && !isOpen(ctx.path())) {
      requireToken(ctx, tokenHash);
    }
  }

  private static boolean isOpen(String path) {
    return path.equals("/healthz") || path.equals("/readyz") || path.startsWith("/assets/");
  }

  private static void requireLoopbackName(Context ctx) {
    String host = Optional.ofNullable(ctx.header("Host")).orElse("");
    if (!LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      throw ProblemException.foreignHost(host);
    }
  }

  private static void requireSameOrigin(Context ctx) {
    @Nullable String site = ctx.header("Sec-Fetch-Site");
    @Nullable String origin = ctx.header("Origin");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw ProblemException.foreignOrigin(origin == null ? site : origin);
    }
    // Programs send neither header; browsers always send at least one with a change.
    if (site == null && origin != null && !isOurs(origin, ctx.header("Host"))) {
      throw ProblemException.foreignOrigin(origin);
    }
  }

  private static boolean isOurs(String origin, @Nullable String host) {
    try {
      @Nullable String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void requireToken(Context ctx, byte[] expected) {
    boolean right =
        Optional.ofNullable(ctx.header("Authorization"))
            .flatMap(AccessGuard::givenToken)
            // Hashes have one length, so that comparing tells nothing about the token's.
            .map(given -> MessageDigest.isEqual(hash(given), expected))
            .orElse(false);
    if (!right) {
      boolean api = ctx.path().startsWith("/api/");
      throw ProblemException.unauthorized(
          (api ? "Bearer" : "Basic")
              + " realm=\"Backstitch\""
              + (api ? "" : ", charset=\"UTF-8\""));
    }
  }

  private static Optional<String> givenToken(String authorization) {
    String[] parts = authorization.strip().split(" +", 2);
    if (parts.length < 2) {
      return Optional.empty();
    }
    return switch (parts[0].toLowerCase(Locale.ROOT)) {
      case "bearer" -> Optional.of(parts[1]);
      case "basic" -> password(parts[1]);
      default -> Optional.empty();
    };
  }

  private static Optional<String> password(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

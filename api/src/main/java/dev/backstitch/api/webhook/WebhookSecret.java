package dev.backstitch.api.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What GitHub and the server both know, to tell GitHub's deliveries from others'. Its value leaves
/// this class only as a signature. Immutable.
public final class WebhookSecret {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "sha256=";
  private static final int SHORTEST = 16;

  private final SecretKeySpec key;

  private WebhookSecret(byte[] secret) {
    this.key = new SecretKeySpec(secret, ALGORITHM);
  }

  /// Wraps a secret.
  ///
  /// @throws IllegalArgumentException if it is too short; the message does not show it
  public static WebhookSecret of(String secret) {
    if (secret.length() < SHORTEST) {
      throw new IllegalArgumentException(
          "webhooks.secret (BACKSTITCH_WEBHOOKS_SECRET) must have at least "
              + SHORTEST
              + " characters; a good one comes from 'openssl rand -hex 24'");
    }
    return new WebhookSecret(secret.getBytes(StandardCharsets.UTF_8));
  }

  /// The value of `X-Hub-Signature-256` for a body.
  public String sign(byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  /// Whether a signature is that of a body. The time it takes tells nothing about the right one.
  public boolean signed(byte[] body, @Nullable String signature) {
    return signature != null
        && MessageDigest.isEqual(
            sign(body).getBytes(StandardCharsets.US_ASCII),
            signature.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "***";
  }
}

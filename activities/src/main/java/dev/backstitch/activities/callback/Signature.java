package dev.backstitch.activities.callback;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs messages as Standard Webhooks does
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
/// Thread-safe.
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";
  private static final int LEAST_BYTES = 16;

  private final SecretKeySpec key;

  private Signature(SecretKeySpec key) {
    this.key = key;
  }

  /// @param secret `whsec_` and Base64, or any text; at least 16 bytes
  /// @throws IllegalArgumentException if it is too short or no Base64; the message does not show it
  static Signature with(String secret) {
    byte[] bytes;
    if (secret.startsWith(PREFIX)) {
      try {
        bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("callback.secret is no Base64 behind whsec_", e);
      }
    } else {
      bytes = secret.getBytes(StandardCharsets.UTF_8);
    }
    if (bytes.length < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "callback.secret (BACKSTITCH_CALLBACK_SECRET) must have at least 16 bytes");
    }
    return new Signature(new SecretKeySpec(bytes, ALGORITHM));
  }

  /// The header's value.
  String of(String id, Instant at, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String signed = id + "." + at.getEpochSecond() + "." + body;
      byte[] code = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(code);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Signature";
  }
}

package dev.backstitch.loadtest.simulator.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A JSON web token by which an App says who it is
/// (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
public sealed interface SignedClaim {

  /// It is what it says.
  record Valid(Account app) implements SignedClaim {}

  /// It is not; the message is GitHub's.
  record Invalid(String message) implements SignedClaim {}

  Duration LONGEST = Duration.ofMinutes(10);

  /// Reads what may be such a token.
  ///
  /// @param now by the server's clock
  /// @return empty if it does not look like one
  static Optional<SignedClaim> read(String token, Apps apps, Instant now) {
    List<String> parts = List.of(token.split("\\.", -1));
    if (parts.size() != 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(parts, apps, now));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.of(new Invalid("A JSON web token could not be decoded"));
    }
  }

  private static SignedClaim read(List<String> parts, Apps apps, Instant now)
      throws IOException, GeneralSecurityException {
    JsonNode head = json(parts.get(0));
    JsonNode claim = json(parts.get(1));
    Optional<Apps.App> app =
        claim.path("iss").asText().matches("[0-9]{1,18}")
            ? apps.app(claim.path("iss").asLong())
            : Optional.empty();
    if (app.isEmpty()) {
      return new Invalid("Integration not found");
    }
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(app.get().key());
    signature.update((parts.get(0) + "." + parts.get(1)).getBytes(StandardCharsets.US_ASCII));
    if (!head.path("alg").asText().equals("RS256")
        || !signature.verify(Base64.getUrlDecoder().decode(parts.get(2)))) {
      return new Invalid("A JSON web token could not be decoded");
    }
    if (!claim.path("iat").isIntegralNumber()
        || Instant.ofEpochSecond(claim.path("iat").asLong()).isAfter(now)) {
      return new Invalid(
          "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was"
              + " issued");
    }
    Instant until = Instant.ofEpochSecond(claim.path("exp").asLong());
    if (!until.isAfter(now)) {
      return new Invalid(
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at"
              + " which the assertion expires");
    }
    if (until.isAfter(now.plus(LONGEST))) {
      return new Invalid("'Expiration time' claim ('exp') is too far in the future");
    }
    return new Valid(Account.app(app.get().id(), app.get().slug()));
  }

  private static JsonNode json(String part) throws IOException {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(part));
  }
}

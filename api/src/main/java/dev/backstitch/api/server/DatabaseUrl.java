package dev.backstitch.api.server;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the address of a PostgreSQL as people have it: `jdbc:postgresql://host:5432/name`, also
/// without `jdbc:`, with user and password in front of the host or as parameters. What is secret is
/// taken out of the address, so that it can be shown.
public final class DatabaseUrl {
  private static final String JDBC = "jdbc:";

  private DatabaseUrl() {}

  /// The address, user and password.
  ///
  /// @param url as given
  /// @param givenUser wins over the one in the address
  /// @param givenPassword wins over the one in the address
  /// @throws IllegalArgumentException if it is no such address; the message holds no password
  public static DatabaseAddress parse(
      String url, Optional<String> givenUser, Optional<String> givenPassword) {
    String plain = url.startsWith(JDBC) ? url.substring(JDBC.length()) : url;
    plain = plain.replaceFirst("^postgres:", "postgresql:");
    if (!plain.startsWith("postgresql://")) {
      throw malformed();
    }
    String[] parts = plain.substring("postgresql://".length()).split("\\?", 2);
    String place = parts[0];
    @Nullable String user = null;
    @Nullable String password = null;
    int at = place.lastIndexOf('@');
    if (at >= 0) {
      String[] credentials = place.substring(0, at).split(":", 2);
      user = decoded(credentials[0]);
      password = credentials.length > 1 ? decoded(credentials[1]) : null;
      place = place.substring(at + 1);
    }
    List<String> kept = new ArrayList<>();
    for (String parameter : parts.length > 1 ? parts[1].split("&", -1) : new String[0]) {
      if (parameter.startsWith("user=")) {
        user = decoded(parameter.substring("user=".length()));
      } else if (parameter.startsWith("password=")) {
        password = decoded(parameter.substring("password=".length()));
      } else {
        kept.add(parameter);
      }
    }
    requirePlace(place);
    return new DatabaseAddress(
        "jdbc:postgresql://" + place + (kept.isEmpty() ? "" : "?" + String.join("&", kept)),
        givenUser.orElse(user == null ? System.getProperty("user.name", "") : user),
        givenPassword.orElse(password == null ? "" : password));
  }

  /// Several hosts (`a:5432,b:5432`) are fine for the driver, but are no URI: each is looked at.
  private static void requirePlace(String place) {
    int slash = place.indexOf('/');
    if (slash < 0 || slash == place.length() - 1) {
      throw malformed();
    }
    for (String host : place.substring(0, slash).split(",", -1)) {
      try {
        if (new URI("postgresql://" + host + "/").getHost() == null) {
          throw malformed();
        }
      } catch (URISyntaxException e) {
        throw malformed();
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /// Without the address: it may hold a password in a place where nobody expects it.
  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "--database-url, and --database-pool-url if there is one, must be like"
            + " jdbc:postgresql://HOST:5432/DATABASE; pass the user with"
            + " --database-user and the password in BACKSTITCH_DATABASE_PASSWORD");
  }
}

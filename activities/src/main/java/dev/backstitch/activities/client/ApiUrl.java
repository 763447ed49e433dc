package dev.backstitch.activities.client;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The address of a GitHub API: where its REST paths begin.
///
/// `https://api.github.com` for GitHub itself, `https://HOST/api/v3` for GitHub Enterprise Server,
/// `http://127.0.0.1:PORT` for a simulator. Plain http is accepted on the loopback only, because
/// every request carries the token.
///
/// @param base scheme, host, port and path, without a slash at the end
public record ApiUrl(URI base) {
  private static final String ENTERPRISE_PATH = "/api/v3";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /// @throws IllegalArgumentException if it is no address that a token may be sent to
  public ApiUrl {
    if (base.getHost() == null || base.getScheme() == null) {
      throw refused(base, "it needs a scheme and a host");
    }
    boolean loopback = LOOPBACK.contains(base.getHost().toLowerCase(Locale.ROOT));
    boolean secure = base.getScheme().equals("https");
    if (!secure && !(loopback && base.getScheme().equals("http"))) {
      throw refused(base, "only https is accepted, and http on the loopback");
    }
    if (base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw refused(base, "it may hold a path, but no user, query or fragment");
    }
    if (base.toString().endsWith("/")) {
      throw refused(base, "it must not end with a slash");
    }
  }

  /// Reads an address. A slash at the end is taken off.
  ///
  /// @throws IllegalArgumentException if it is no address that a token may be sent to
  @JsonCreator
  public static ApiUrl parse(String text) {
    String trimmed = text.strip();
    while (trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return new ApiUrl(URI.create(trimmed));
  }

  /// Reads a comma-separated list of at least one address.
  ///
  /// @throws IllegalArgumentException if it is empty, or one is no address a token may be sent to
  public static List<ApiUrl> parseList(String text) {
    List<ApiUrl> all =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(ApiUrl::parse)
            .distinct()
            .toList();
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "an API address is needed, such as https://api.github.com");
    }
    return all;
  }

  /// Whether a text is this address, with or without slashes at its end.
  public boolean isAt(String text) {
    return text.strip().replaceAll("/+$", "").equals(base.toString());
  }

  /// Where GraphQL documents go. GitHub Enterprise Server keeps them beside `/api/v3`, not below it
  /// (https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql).
  URI graphql() {
    String text = base.toString();
    if (text.endsWith(ENTERPRISE_PATH)) {
      return URI.create(text.substring(0, text.length() - "/v3".length()) + "/graphql");
    }
    return URI.create(text + "/graphql");
  }

  /// Where the git host is that belongs to this API and takes its credentials:
  /// `https://github.com`, an Enterprise server itself, `https://SUBDOMAIN.ghe.com`, or a simulator
  /// on the loopback. Empty for any other address, such as that of a proxy: nobody knows what
  /// stands beside it.
  Optional<URI> gitHost() {
    String host = base.getHost().toLowerCase(Locale.ROOT);
    String path = base.getRawPath();
    if (path.equals(ENTERPRISE_PATH) || (path.isEmpty() && LOOPBACK.contains(host))) {
      return Optional.of(base.resolve("/"));
    }
    boolean gitHub = host.equals("api.github.com") || host.matches("api\\.[a-z0-9-]+\\.ghe\\.com");
    return gitHub && path.isEmpty() && port(base) == 443
        ? Optional.of(URI.create("https://" + host.substring("api.".length()) + "/"))
        : Optional.empty();
  }

  /// The address of a REST path that begins with a slash and is percent-encoded.
  public URI rest(String path) {
    return URI.create(base + path);
  }

  /// The REST path that an address stands for, as [#rest] takes it; empty if it is not of this API.
  public Optional<String> restPathOf(URI address) {
    return isSameOrigin(address) && address.toString().startsWith(base + "/")
        ? Optional.of(address.toString().substring(base.toString().length()))
        : Optional.empty();
  }

  /// Whether a request to this address may carry the token that belongs here.
  boolean isSameOrigin(URI other) {
    return isSameOrigin(base, other);
  }

  static boolean isSameOrigin(URI one, URI other) {
    return one.getHost() != null
        && one.getHost().equalsIgnoreCase(other.getHost())
        && one.getScheme().equalsIgnoreCase(other.getScheme())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static IllegalArgumentException refused(URI base, String why) {
    return new IllegalArgumentException(
        "an API address looks like https://api.github.com or https://HOST/api/v3: "
            + why
            + ", was "
            + base.getScheme()
            + "://"
            + base.getHost());
  }

  @Override
  @JsonValue
  public String toString() {
    return base.toString();
  }
}

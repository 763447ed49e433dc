package dev.backstitch.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.api.testing.RawHttp;
import dev.backstitch.api.testing.TestApp;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessGuardTest {
  private static final String TOKEN = "0123456789abcdef0123";
  private static final String START = "{\"workflow\": \"greet\", \"input\": {\"name\": \"Ada\"}}";

  private TestApp open;
  private TestApp guarded;

  @BeforeAll
  void start() {
    open = TestApp.start();
    guarded = TestApp.start(config -> config.withToken(Optional.of(TOKEN)));
  }

  @AfterAll
  void stop() {
    open.close();
    guarded.close();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:8080, 200",
    "127.0.0.1:1234, 200",
    "[::1]:8080, 200",
    "tenant.localhost, 200",
    "evil.example, 421",
    "127.0.0.1.evil.example, 421",
    "localhost.evil.example, 421",
  })
  void without_a_token_only_loopback_names_are_served(String host, int status) {
    String answer =
        RawHttp.send(
            open.address(),
            "GET /api/v1/runs HTTP/1.1",
            "Host: " + host,
            "Connection: close",
            "",
            "");

    assertThat(answer).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void with_a_token_any_name_is_fine_because_a_foreign_page_does_not_know_it() {
    String answer =
        RawHttp.send(
            guarded.address(),
            "GET /api/v1/runs HTTP/1.1",
            "Host: backstitch.example",
            "Authorization: Bearer " + TOKEN,
            "Connection: close",
            "",
            "");

    assertThat(answer).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, 201",
        "same-origin, -, 201",
        "none, -, 201",
        "cross-site, -, 403",
        "same-site, -, 403",
        "-, http://evil.example, 403",
        "-, null, 403",
        "cross-site, http://evil.example, 403",
      })
  void a_change_must_not_come_from_another_sites_page(String site, String origin, int status) {
    HttpRequest.Builder request =
        open.request("/api/v1/runs")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(START));
    if (site != null) {
      request.header("Sec-Fetch-Site", site);
    }
    if (origin != null) {
      request.header("Origin", origin);
    }

    assertThat(open.send(request).statusCode()).isEqualTo(status);
  }

  @Test
  void a_change_from_our_own_origin_is_fine() {
    String origin = open.address().toString();

    var answer =
        open.send(
            open.request("/api/v1/runs")
                .header("Content-Type", "application/json")
                .header("Origin", origin)
                .POST(HttpRequest.BodyPublishers.ofString(START)));

    assertThat(answer.statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/runs", "/", "/metrics", "/runs/0000000000001", "/nothing"})
  void without_the_token_nothing_is_served(String path) {
    var none = guarded.get(path);
    var wrong = guarded.send(guarded.request(path).header("Authorization", "Bearer wrong"));
    var empty = guarded.send(guarded.request(path).header("Authorization", "Basic Og=="));
    var odd = guarded.send(guarded.request(path).header("Authorization", "Basic %%%"));

    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith(path.startsWith("/api/") ? "Bearer" : "Basic");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(empty.statusCode()).isEqualTo(401);
    assertThat(odd.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/runs", "/", "/metrics"})
  void the_token_opens_as_bearer_and_as_password(String path) {
    String pair =
        Base64.getEncoder().encodeToString(("me:" + TOKEN).getBytes(StandardCharsets.UTF_8));

    var bearer = guarded.send(guarded.request(path).header("Authorization", "Bearer " + TOKEN));
    var basic = guarded.send(guarded.request(path).header("Authorization", "Basic " + pair));

    assertThat(bearer.statusCode()).isEqualTo(200);
    assertThat(basic.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/readyz"})
  void health_needs_no_token(String path) {
    assertThat(guarded.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void an_address_that_others_can_reach_needs_a_token() {
    ServerConfig config = ServerConfig.in(Path.of("home"));

    assertThatThrownBy(() -> config.withAddress("0.0.0.0", 8080))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BACKSTITCH_API_TOKEN");
    assertThat(config.withToken(Optional.of(TOKEN)).withAddress("0.0.0.0", 8080).host())
        .isEqualTo("0.0.0.0");
    assertThatThrownBy(() -> config.withToken(Optional.of("short")))
        .hasMessageContaining("at least 16");
  }
}

package dev.backstitch.activities.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.sync.DirectRun;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallbackTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);

  private final ScriptedServer receiver = ScriptedServer.start();
  private final HttpCallback callback =
      callback(Optional.of(Signature.with(SECRET)), Duration.ofSeconds(5));

  @AfterEach
  void close() {
    receiver.close();
  }

  private static HttpCallback callback(Optional<Signature> signature, Duration timeout) {
    HttpClient http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    return new HttpCallback(http, timeout, signature, () -> NOW);
  }

  private String address() {
    return receiver.api() + "/hook";
  }

  private static PostTarget.Delivery delivery(long id, String address, String... keys) {
    List<PostTarget.Item> items =
        java.util.stream.IntStream.range(0, keys.length)
            .mapToObj(
                i -> new PostTarget.Item(keys[i], new PostVersion(new RunId(7), i + 2), "1.50", 1))
            .toList();
    return new PostTarget.Delivery(id, new Target("callback", address), items);
  }

  private PostOutcome outcome(String address) throws InterruptedException {
    return callback.deliver(delivery(1, address, "a")).getFirst();
  }

  /// https://docs.svix.com/receiving/verifying-payloads/how-manual
  @Test
  void the_signature_is_that_of_the_published_example() {
    assertThat(
            Signature.with(SECRET)
                .of("msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void everything_due_is_one_signed_request() throws InterruptedException {
    receiver.answers((_, reply) -> reply.bytes(204, new byte[0]));

    List<PostOutcome> outcomes = callback.deliver(delivery(1, address(), "a", "say \"b\\\""));

    Seen request = receiver.seen().getFirst();
    assertThat(receiver.seen()).hasSize(1);
    assertThat(outcomes)
        .containsOnly(new PostOutcome.Delivered(request.header("webhook-id")))
        .hasSize(2);
    assertThat(request.body())
        .isEqualTo(
            "{\"posts\":[{\"key\":\"a\",\"run\":\"0000000000007\",\"seq\":2,\"content\":1.50},"
                + "{\"key\":\"say \\\"b\\\\\\\"\",\"run\":\"0000000000007\",\"seq\":3,"
                + "\"content\":1.50}]}");
    assertThat(request.header("webhook-timestamp")).isEqualTo("1614265330");
    assertThat(request.header("webhook-signature"))
        .isEqualTo(Signature.with(SECRET).of(request.header("webhook-id"), NOW, request.body()));
  }

  @Test
  void the_same_versions_have_the_same_id_whichever_delivery_brings_them()
      throws InterruptedException {
    receiver.answers((_, reply) -> reply.json(200, "{}"));

    callback.deliver(delivery(1, address(), "a"));
    callback.deliver(delivery(2, address(), "a"));
    callback.deliver(delivery(3, address(), "b"));

    List<String> ids =
        receiver.seen().stream().map(request -> request.header("webhook-id")).toList();
    assertThat(ids.get(1)).isEqualTo(ids.get(0)).isNotEqualTo(ids.get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "200, , Delivered",
    "202, , Delivered",
    "500, , Failed",
    "408, , Failed",
    "429, , Failed",
    "503, 30, Later",
    "429, 5, Later",
    "503, soon, Failed",
    "400, , Refused",
    "410, , Refused",
    "301, , Refused",
    "307, , Refused",
  })
  void an_answer_means(int status, String retryAfter, String outcome) throws InterruptedException {
    receiver.answers((_, reply) -> {
      if (retryAfter != null) {
        reply.with("Retry-After", retryAfter);
      }
      reply.with("Location", address() + "/elsewhere").json(status, "{}");
    });

    assertThat(outcome(address()).getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(receiver.seen()).hasSize(1);
  }

  @Test
  void an_answer_that_breaks_off_or_does_not_come_leaves_it_open() throws InterruptedException {
    receiver.answers((_, reply) -> reply.hangUp());
    assertThat(outcome(address())).isInstanceOf(PostOutcome.Unknown.class);

    receiver.answers((_, reply) -> reply.stall());
    HttpCallback hasty = callback(Optional.of(Signature.with(SECRET)), Duration.ofMillis(200));
    assertThat(hasty.deliver(delivery(1, address(), "a")).getFirst())
        .isInstanceOf(PostOutcome.Unknown.class);
    assertThat(hasty.readBack(new Target("callback", address()), List.of(), Permit.NONE)).isEmpty();
  }

  @Test
  void where_nobody_listens_nothing_has_arrived() throws InterruptedException {
    String nobody = address();
    receiver.close();

    assertThat(outcome(nobody)).isInstanceOf(PostOutcome.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/x",
        "file:///etc/passwd",
        "host/x",
        "https://user:password@host/x",
        "http:///x",
        "no address"
      })
  void what_is_no_web_address_is_refused(String place) throws InterruptedException {
    assertThat(outcome(place)).isInstanceOf(PostOutcome.Refused.class);
  }

  @Test
  void without_a_secret_nothing_is_sent() throws InterruptedException {
    HttpCallback unsigned = callback(Optional.empty(), Duration.ofSeconds(5));

    assertThat(unsigned.deliver(delivery(1, address(), "a")).getFirst())
        .isInstanceOfSatisfying(
            PostOutcome.Refused.class,
            refused -> assertThat(refused.problem()).contains("BACKSTITCH_CALLBACK_SECRET"));
    assertThat(receiver.seen()).isEmpty();
  }

  @Test
  void the_service_loader_finds_the_module_and_a_short_secret_stops_the_start() {
    assertThat(ServiceLoader.load(WorkflowModule.class))
        .anyMatch(module -> module instanceof CallbackModule);
    DirectRun registry = new DirectRun();
    new CallbackModule().register(registry, new Settings(Map.of()));
    assertThat(registry.targets()).containsOnlyKeys("callback");

    assertThatThrownBy(() ->
            new CallbackModule()
                .register(registry, new Settings(Map.of("callback.secret", "too short"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("callback.secret")
        .hasMessageNotContaining("too short");
  }
}

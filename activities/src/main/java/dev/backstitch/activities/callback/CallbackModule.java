package dev.backstitch.activities.callback;

import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;

/// Posts to addresses: targets are `callback:https://HOST/PATH`. The settings:
///
/// | name | meaning |
/// | --- | --- |
/// | `callback.secret` | signs every message; `whsec_` and Base64, or any text of at least 16 bytes; without it every post is refused with advice |
public final class CallbackModule implements WorkflowModule {
  /// The kind of target.
  public static final String KIND = "callback";

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  /// For the service loader.
  public CallbackModule() {}

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public void register(Registry registry, Settings settings) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
    registry.target(
        KIND,
        new HttpCallback(
            http,
            ANSWER,
            settings.get("callback.secret").map(Signature::with),
            InstantSource.system()));
  }
}

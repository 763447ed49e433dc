package dev.backstitch.api.command;

import dev.backstitch.orchestrator.workflow.Settings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the environment tells. Everything that may be a secret comes this way, never as an
/// argument, because arguments can be read by every user of a machine.
///
/// | variable | meaning |
/// | --- | --- |
/// | `GITHUB_TOKEN` | module setting `github.token` |
/// | `GITHUB_REPOSITORY` | in a job of GitHub Actions: module setting `github.actions-repository` |
/// | `BACKSTITCH_HOME` | the home folder |
/// | `BACKSTITCH_API_TOKEN` | what callers of the API must know |
/// | `BACKSTITCH_DATABASE_PASSWORD` | goes with `--database-url` |
/// | `BACKSTITCH_WEBHOOKS_SECRET` | what GitHub signs webhooks with; setting `webhooks.secret` |
/// | `BACKSTITCH_WEBHOOKS_GATHER_SECONDS` | how long a webhook waits for others, 0 to 60, 5 unless set |
/// | `BACKSTITCH_RETENTION_..._DAYS` | how long what is over is kept, see `RetentionConfig` |
/// | `BACKSTITCH_A_B_C` | any other: module setting `a.b-c`, such as `github.api-urls` |
public final class Environment {
  private static final String PREFIX = "BACKSTITCH_";

  private final Map<String, String> variables;

  /// @param variables such as `System.getenv()`
  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /// A variable that is set and not blank.
  public Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /// What callers of the API must know, if anything.
  public Optional<String> apiToken() {
    return get("BACKSTITCH_API_TOKEN");
  }

  /// What modules are told.
  ///
  /// @param more settings that win over the environment's
  public Settings settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    variables.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        settings.put(settingName(name.substring(PREFIX.length())), value);
      }
    });
    get("GITHUB_TOKEN").ifPresent(token -> settings.put("github.token", token.strip()));
    if (get("GITHUB_ACTIONS").filter("true"::equals).isPresent()) {
      get("GITHUB_REPOSITORY")
          .ifPresent(repository -> settings.putIfAbsent("github.actions-repository", repository));
    }
    settings.putAll(more);
    return new Settings(settings);
  }

  private static String settingName(String variable) {
    return variable.toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
  }
}

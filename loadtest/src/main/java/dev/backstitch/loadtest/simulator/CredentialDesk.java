package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.account.InstallationSize;
import dev.backstitch.loadtest.simulator.account.PemKey;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;

/// The part of [ControlDesk] that makes callers: tokens of users and of Actions, and Apps with
/// their installations.
final class CredentialDesk {
  private static final long FIRST_USER = 10_000_000_000L;

  private final Simulation simulation;

  CredentialDesk(Simulation simulation) {
    this.simulation = simulation;
  }

  /// Makes a token valid. Who names no kind gets the one that the token looks like.
  ObjectNode addToken(JsonNode wish) {
    String token = ControlDesk.required("token", wish);
    boolean fineGrained = Credentials.isFineGrained(token);
    String kind = wish.path("kind").asText(fineGrained ? "fine-grained" : "user");
    Account account =
        switch (kind) {
          case "user" -> {
            refuseIf(fineGrained, "a token that begins with github_pat_ is fine-grained");
            yield user(wish);
          }
          case "fine-grained" -> {
            refuseIf(!fineGrained, "a fine-grained token begins with github_pat_");
            yield user(wish);
          }
          case "actions" -> {
            refuseIf(fineGrained, "a token that begins with github_pat_ is fine-grained");
            refuseIf(wish.has("login"), "a token of Actions is the repository's, not a user's");
            yield Account.actions(simulation.world().forge().base().id());
          }
          default ->
              throw new IllegalArgumentException(
                  "kind must be user, fine-grained or actions, not '"
                      + kind
                      + "'; an App's tokens"
                      + " are issued to its installations");
        };
    simulation.credentials().add(token, account);
    return JsonNodeFactory.instance
        .objectNode()
        .put("token", token)
        .put("kind", kind)
        .put("login", account.login())
        .put("limit", limit(account));
  }

  private Account user(JsonNode wish) {
    String login = wish.path("login").asText(simulation.account().login());
    return login.equals(simulation.account().login())
        ? simulation.account()
        : Account.user(FIRST_USER + Math.abs((long) login.hashCode()), login);
  }

  /// Registers an App, with the key that it has or one that is made for it, and installs it once.
  ObjectNode addApp(JsonNode wish) {
    if (!wish.path("id").isIntegralNumber() || wish.path("id").asLong() < 1) {
      throw new IllegalArgumentException("id must be given and be a whole number, 1 or more");
    }
    String slug = wish.path("slug").asText("app-" + wish.path("id").asLong());
    PemKey key = wish.has("key") ? PemKey.read(wish.path("key").asText()) : PemKey.make();
    InstallationSize size = size(wish);
    Apps.App app = simulation.apps().register(wish.path("id").asLong(), slug, key.publicKey());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", app.id()).put("slug", app.slug());
    json.set("installation", installed(app, wish, size));
    key.made().ifPresent(made -> json.put("privateKey", made));
    return json;
  }

  /// Installs an App for another owner.
  ObjectNode install(String appId, JsonNode wish) {
    return installed(app(appId), wish, size(wish));
  }

  /// Takes an installation away, with its tokens.
  ObjectNode uninstall(String appId, String id) {
    Apps.App app = app(appId);
    Apps.Installation installation =
        simulation
            .apps()
            .installation(number(id))
            .filter(found -> found.app().equals(app))
            .orElseThrow(
                () -> new IllegalArgumentException("There is no installation '" + id + "'"));
    simulation.apps().uninstall(installation);
    return JsonNodeFactory.instance.objectNode().put("uninstalled", installation.id());
  }

  private Apps.App app(String id) {
    return simulation
        .apps()
        .app(number(id))
        .orElseThrow(() -> new IllegalArgumentException("There is no App '" + id + "'"));
  }

  /// What is no number is nobody's.
  private static long number(String id) {
    return id.matches("[0-9]{1,18}") ? Long.parseLong(id) : 0;
  }

  private ObjectNode installed(Apps.App app, JsonNode wish, InstallationSize size) {
    String owner = wish.path("owner").asText(simulation.world().forge().base().owner().login());
    Apps.Installation installation = simulation.apps().install(app, owner, size);
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", installation.id())
        .put("owner", owner)
        .put("limit", limit(installation.account()));
  }

  private static InstallationSize size(JsonNode wish) {
    return new InstallationSize(
        wish.path("repositories").asInt(InstallationSize.SMALL.repositories()),
        wish.path("users").asInt(InstallationSize.SMALL.users()),
        wish.path("enterprise").asBoolean(InstallationSize.SMALL.enterprise()));
  }

  private int limit(Account account) {
    return simulation.quotas().state(account, QuotaResource.CORE).limit();
  }

  private static void refuseIf(boolean wrong, String why) {
    if (wrong) {
      throw new IllegalArgumentException(why);
    }
  }
}

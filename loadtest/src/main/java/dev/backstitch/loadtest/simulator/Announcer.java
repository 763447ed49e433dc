package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Replica;
import dev.backstitch.loadtest.simulator.hook.HookBook;
import dev.backstitch.loadtest.simulator.hook.HookEvent;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.rest.PullRequestEventJson;
import dev.backstitch.loadtest.simulator.rest.RestScope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Tells the webhooks what happens to pull requests: those of the repository, and those of the Apps
/// that are installed for its owner.
final class Announcer {
  private static final String ADDRESS = "http://localhost";

  private final Forge forge;
  private final Apps apps;
  private final HookBook hooks;

  private Announcer(Forge forge, Apps apps, HookBook hooks) {
    this.forge = forge;
    this.apps = apps;
    this.hooks = hooks;
  }

  /// From now on everything that happens is told.
  static void watch(Forge forge, Apps apps, HookBook hooks) {
    forge.watch(new Announcer(forge, apps, hooks)::happened);
  }

  private void happened(String action, Optional<ObjectId> before, PullRequest now) {
    if (hooks.all().isEmpty() && hooks.apps().isEmpty()) {
      return;
    }
    var scope =
        new RestScope(
            Replica.upToDate(forge), apps, hooks, Account.ANONYMOUS, Map.of(), ADDRESS, ADDRESS);
    ObjectNode payload = PullRequestEventJson.payload(scope, action, before, now);
    hooks.tell(event(action, payload, null));
    for (long app : hooks.apps()) {
      Optional<Apps.Installation> installed = apps.installation(app, forge.base().owner().login());
      installed.ifPresent(installation -> {
        payload.set("installation", PullRequestEventJson.installation(installation));
        hooks.ofApp(app).ifPresent(hook -> hook.tell(event(action, payload, installation.id())));
      });
    }
  }

  private HookEvent event(String action, ObjectNode payload, @Nullable Long installation) {
    byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
    return new HookEvent("pull_request", action, forge.base().id(), Body.of(bytes), installation);
  }

  /// Holds an event against GitHub's description before it is sent.
  static void check(HookEvent event, Violations violations) {
    List<String> problems =
        OpenApiContract.shared().checkEvent(event.description(), event.payload().text());
    if (!problems.isEmpty()) {
      violations.record(
          new Violation(Violation.Side.SIMULATOR, "webhook " + event.description(), problems));
    }
  }
}

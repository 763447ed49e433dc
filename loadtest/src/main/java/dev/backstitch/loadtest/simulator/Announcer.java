package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.RefMove;
import dev.backstitch.loadtest.simulator.forge.Replica;
import dev.backstitch.loadtest.simulator.hook.HookBook;
import dev.backstitch.loadtest.simulator.hook.HookEvent;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.rest.PullRequestEventJson;
import dev.backstitch.loadtest.simulator.rest.PushEventJson;
import dev.backstitch.loadtest.simulator.rest.RestScope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Tells the webhooks what happens to pull requests, and to the branches and tags of the
/// repository: its own webhooks, and those of the Apps that are installed for its owner.
final class Announcer {
  private static final String ADDRESS = "http://localhost";
  private static final String PULL_REQUEST = "pull_request";
  private static final String PUSH = "push";

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
    var announcer = new Announcer(forge, apps, hooks);
    forge.watch(announcer::happened);
    forge.watchRefs(announcer::moved);
  }

  private void happened(String action, Optional<ObjectId> before, PullRequest now) {
    if (hooks.hears(PULL_REQUEST)) {
      tell(PULL_REQUEST, action, PullRequestEventJson.payload(scope(), action, before, now));
    }
  }

  private void moved(RefMove move) {
    if (hooks.hears(PUSH)) {
      tell(PUSH, null, PushEventJson.payload(scope(), move));
    }
  }

  private RestScope scope() {
    return new RestScope(
        Replica.upToDate(forge), apps, hooks, Account.ANONYMOUS, Map.of(), ADDRESS, ADDRESS);
  }

  private void tell(String name, @Nullable String action, ObjectNode payload) {
    hooks.tell(event(name, action, payload, null));
    for (long app : hooks.apps()) {
      Optional<Apps.Installation> installed = apps.installation(app, forge.base().owner().login());
      installed.ifPresent(installation -> {
        payload.set("installation", PullRequestEventJson.installation(installation));
        hooks
            .ofApp(app)
            .ifPresent(hook -> hook.tell(event(name, action, payload, installation.id())));
      });
    }
  }

  private HookEvent event(
      String name, @Nullable String action, ObjectNode payload, @Nullable Long installation) {
    byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
    return new HookEvent(name, action, forge.base().id(), Body.of(bytes), installation);
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

package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.User;
import java.util.List;

/// Accounts as the REST API shows them.
final class AccountJson {

  private static final List<String> COLLECTIONS =
      List.of("followers", "subscriptions", "repos", "received_events");

  /// Whom GitHub names when an account was deleted.
  static final User GHOST = new User(10137, "ghost");

  private AccountJson() {}

  /// `simple-user`.
  static ObjectNode simple(RestScope scope, User user) {
    // As GitHub writes an App's login, which ends with [bot], in an address.
    String login = user.login().replace("[", "%5B").replace("]", "%5D");
    String url = scope.api() + "/users/" + login;
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("login", user.login());
    json.put("id", user.id());
    json.put("node_id", NodeIds.of("U", Long.toString(user.id())));
    json.put("avatar_url", scope.web() + "/avatars/" + user.id());
    json.put("gravatar_id", "");
    json.put("url", url);
    json.put("html_url", scope.web() + "/" + login);
    COLLECTIONS.forEach(name -> json.put(name + "_url", url + "/" + name));
    json.put("organizations_url", url + "/orgs");
    json.put("following_url", url + "/following{/other_user}");
    json.put("gists_url", url + "/gists{/gist_id}");
    json.put("starred_url", url + "/starred{/owner}{/repo}");
    json.put("events_url", url + "/events{/privacy}");
    json.put("type", "User");
    json.put("site_admin", false);
    return json;
  }

  /// `private-user`: the caller's own account.
  static ObjectNode full(RestScope scope, User user) {
    ObjectNode json = simple(scope, user);
    json.put("user_view_type", "private");
    for (String unknown : List.of("bio", "company", "email", "hireable", "location", "name")) {
      json.putNull(unknown);
    }
    json.put("blog", "");
    for (String count :
        List.of(
            "followers",
            "following",
            "public_gists",
            "public_repos",
            "collaborators",
            "disk_usage",
            "owned_private_repos",
            "private_gists",
            "total_private_repos")) {
      json.put(count, 0);
    }
    json.put("created_at", "2020-01-01T00:00:00Z");
    json.put("updated_at", "2020-01-01T00:00:00Z");
    json.put("two_factor_authentication", true);
    return json;
  }
}

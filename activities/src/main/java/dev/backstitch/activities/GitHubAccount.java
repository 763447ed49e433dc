package dev.backstitch.activities;

import dev.backstitch.activities.app.AppIdentity;
import dev.backstitch.activities.app.AppKey;
import dev.backstitch.activities.app.Installations;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.OneToken;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import dev.backstitch.orchestrator.workflow.Settings;
import java.net.http.HttpClient;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who we are at GitHub, and whose quota that uses:
///
/// | configured | quota of |
/// | --- | --- |
/// | a token and `github.quota-owner` | that one |
/// | a token in a job of GitHub Actions | `actions:OWNER/REPO`: 1,000 an hour for the repository |
/// | a token | the token itself: two of one user have two rows, and see each other's spend as unexplained. The start says so |
/// | a GitHub App | `app:ID/OWNER`: each installation has its own |
/// | the App for itself, about its own webhook | `app:ID` |
///
/// Nobody is asked whose a token is: that question would itself have to know whose quota it uses,
/// and what it must wait for.
///
/// @param quotaOwner by the repository on whose behalf something is done
/// @param app the App itself, if we are one
record GitHubAccount(
    Credentials credentials, Function<Repository, String> quotaOwner, Optional<AsApp> app) {

  private static final Logger log = LoggerFactory.getLogger(GitHubAccount.class);

  /// The App that speaks for itself, and not for an installation.
  ///
  /// @param quotaOwner whose quota that uses
  record AsApp(GitHubClient client, String quotaOwner) {}

  /// @throws IllegalArgumentException naming the setting that is wrong
  static GitHubAccount of(Settings settings, ClientSettings client, HttpClient http) {
    Optional<String> appId = settings.get("github.app-id");
    Optional<String> keyFile = settings.get("github.app-private-key-file");
    if (appId.isEmpty() && keyFile.isEmpty()) {
      String name = ownerOfToken(settings, client);
      return new GitHubAccount(new OneToken(client.token()), _ -> name, Optional.empty());
    }
    if (appId.isEmpty() || keyFile.isEmpty()) {
      throw new IllegalArgumentException(
          "BST-APP-007: an App needs both github.app-id (BACKSTITCH_GITHUB_APP_ID) and"
              + " github.app-private-key-file (BACKSTITCH_GITHUB_APP_PRIVATE_KEY_FILE)");
    }
    if (client.token().isPresent() || settings.get("github.quota-owner").isPresent()) {
      throw new IllegalArgumentException(
          "BST-APP-008: with an App (github.app-id) neither github.token (GITHUB_TOKEN) nor"
              + " github.quota-owner may be set: its installations have tokens and quotas of their"
              + " own");
    }
    return of(appId.get(), path(keyFile.get()), client, http);
  }

  private static GitHubAccount of(
      String appId, Path keyFile, ClientSettings client, HttpClient http) {
    InstantSource clock = InstantSource.system();
    AppIdentity app = new AppIdentity(appId, AppKey.read(keyFile), clock);
    AsApp itself = new AsApp(new GitHubClient(http, client, clock, app), "app:" + appId);
    return new GitHubAccount(
        new Installations(itself.client(), app, clock),
        repository -> itself.quotaOwner() + "/" + repository.owner().toLowerCase(Locale.ROOT),
        Optional.of(itself));
  }

  private static String ownerOfToken(Settings settings, ClientSettings client) {
    Optional<String> named = settings.get("github.quota-owner");
    Optional<String> job = settings.get("github.actions-repository");
    if (job.isPresent() && !Repository.isName(job.get())) {
      throw new IllegalArgumentException(
          "github.actions-repository must be OWNER/NAME, was " + job.get());
    }
    return named
        .or(() -> job.map(repository -> "actions:" + repository))
        .map(owner -> owner.toLowerCase(Locale.ROOT))
        .or(() -> client.token().map(GitHubAccount::nameless))
        .orElse("anonymous");
  }

  /// One token alone is right so. Whether it is alone only a person knows.
  private static String nameless(Token token) {
    log.info(
        "event=quota_owner_unnamed owner={} advice=\"GitHub counts per user, all their tokens"
            + " together: if others use tokens of the same user, set github.quota-owner"
            + " (BACKSTITCH_GITHUB_QUOTA_OWNER) to user:LOGIN for all of them\"",
        token.fingerprint());
    return token.fingerprint();
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw new IllegalArgumentException(
          "BST-APP-001: github.app-private-key-file is no path", malformed);
    }
  }
}

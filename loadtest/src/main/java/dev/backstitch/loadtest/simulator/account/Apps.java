package dev.backstitch.loadtest.simulator.account;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// GitHub Apps, where they are installed, and the tokens that their installations got. Thread-safe.
public final class Apps {

  private static final Duration TOKEN_LIFE = Duration.ofHours(1);
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int TOKEN_LETTERS = 36;

  /// A registered App.
  public record App(long id, String slug, RSAPublicKey key) {}

  /// An App at an owner of repositories.
  ///
  /// @param owner as it was written when it was installed
  /// @param size by which its quota is measured
  public record Installation(long id, App app, String owner, Instant since, InstallationSize size) {
    public Account account() {
      return Account.installation(id, app.id(), app.slug());
    }
  }

  /// A token of an installation.
  public record Issued(String token, Instant until) {}

  private final SimulatorClock clock;
  private final Credentials credentials;
  private final Random random;
  private final Map<Long, App> apps = new ConcurrentHashMap<>();
  private final Map<Long, Installation> installations = new ConcurrentHashMap<>();
  private final AtomicLong nextInstallation = new AtomicLong(60_000_001L);
  private final List<Issued> issued = new ArrayList<>();

  public Apps(SimulatorClock clock, Credentials credentials, long seed) {
    this.clock = clock;
    this.credentials = credentials;
    this.random = new Random(seed);
  }

  /// Registers an App. Whoever signs with the other half of the key is it.
  public App register(long id, String slug, RSAPublicKey key) {
    App app = new App(id, slug, key);
    apps.put(id, app);
    return app;
  }

  /// Installs it for an owner, with access to all its repositories.
  public Installation install(App app, String owner) {
    return install(app, owner, InstallationSize.SMALL);
  }

  /// The same for an owner of that size.
  public Installation install(App app, String owner, InstallationSize size) {
    var installation =
        new Installation(nextInstallation.getAndIncrement(), app, owner, clock.now(), size);
    installations.put(installation.id(), installation);
    return installation;
  }

  /// Takes an installation away: its tokens are worthless at once.
  public synchronized void uninstall(Installation installation) {
    installations.remove(installation.id());
    issued.stream()
        .map(Issued::token)
        .filter(
            token -> credentials.account(token).filter(installation.account()::equals).isPresent())
        .toList()
        .forEach(credentials::revoke);
  }

  /// Whether an account may see what is private of an owner, and write: installations only to the
  /// repositories of the owner where they are, everybody else to all.
  public boolean reaches(Account account, String owner) {
    return installation(account.id())
        .filter(found -> found.account().equals(account))
        .map(found -> found.owner().equalsIgnoreCase(owner))
        .orElse(true);
  }

  public Optional<App> app(long id) {
    return Optional.ofNullable(apps.get(id));
  }

  public Optional<Installation> installation(long id) {
    return Optional.ofNullable(installations.get(id));
  }

  public Optional<Installation> installation(long appId, String owner) {
    return installations.values().stream()
        .filter(one -> one.app().id() == appId)
        .filter(one -> one.owner().toLowerCase(Locale.ROOT).equals(owner.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /// Makes a token that is valid for an hour.
  public synchronized Issued issue(Installation installation) {
    var token = new StringBuilder("ghs_");
    for (int i = 0; i < TOKEN_LETTERS; i++) {
      token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    Issued made = new Issued(token.toString(), clock.now().plus(TOKEN_LIFE));
    credentials.add(made.token(), installation.account(), made.until());
    issued.add(made);
    return made;
  }

  /// Every token that was ever issued.
  public synchronized List<String> issuedTokens() {
    return issued.stream().map(Issued::token).toList();
  }

  /// Makes every token that was issued so far worthless, as GitHub does when it must.
  public void revokeIssued() {
    issuedTokens().forEach(credentials::revoke);
  }
}

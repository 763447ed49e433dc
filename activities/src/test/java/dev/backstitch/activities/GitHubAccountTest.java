package dev.backstitch.activities;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaLedger;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.quota.QuotaStore;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Whose quota a token uses.
final class GitHubAccountTest {
  private static final Repository HOME =
      Repository.of(ApiUrl.parseList("https://api.github.com").getFirst(), "git-mastery/progress");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(GitHubAccount.class);
  }

  /// What a query of a process with that token uses.
  private static QuotaUse query(String token, Lane lane, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("github.token", token);
    ClientSettings client = ClientSettings.DEFAULT.withToken(Token.of(token));
    GitHubAccount account =
        GitHubAccount.of(new Settings(settings), client, GitHubClient.newHttpClient(client));
    return GitHubQuota.of(account.quotaOwner(), 1_000, client.requestTimeout()).query(HOME, lane);
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void two_tokens_of_one_user_share_one_row_if_both_name_the_user() {
    QuotaUse live = query("ghp_first", Lane.LIVE, Map.of("github.quota-owner", "user:octocat"));
    QuotaUse bulk = query("ghp_second", Lane.BULK, Map.of("github.quota-owner", "user:Octocat"));
    try (TestDatabase database = TestDatabase.create()) {
      Jdbi jdbi = Jdbi.create(database.dataSource());
      learn(new QuotaLedger(jdbi, InstantSource.system()), live, 1_000);

      Admission other = new QuotaLedger(jdbi, InstantSource.system()).ask(bulk, "test", false);

      assertThat(other)
          .isInstanceOfSatisfying(
              Admission.Wait.class,
              wait -> assertThat(wait.reason()).contains("1000 are kept for live work"));
      List<QuotaState> rows = jdbi.withHandle(handle -> QuotaStore.read(handle, 10));
      assertThat(rows).extracting(QuotaState::owner).containsExactly("api.github.com/user:octocat");
    }
    assertThat(said()).isEmpty();
  }

  private static void learn(QuotaLedger ledger, QuotaUse use, int remaining) {
    assertThat(ledger.ask(use, "test", false))
        .isInstanceOfSatisfying(
            Admission.Granted.class,
            granted -> {
              try (Permit permit = granted.permit()) {
                QuotaAnswer.Reading reading =
                    new QuotaAnswer.Reading(
                        use.resource(), 5_000, remaining, 5_000 - remaining, Duration.ofHours(1));
                permit.answered(use.resource(), 1, new QuotaAnswer(1, true, reading, null, null));
              }
            });
  }

  @Test
  void a_token_of_nobody_in_particular_has_a_row_of_its_own_and_the_start_says_what_to_set() {
    String first = query("ghp_first", Lane.LIVE, Map.of()).owner();
    String second = query("ghp_second", Lane.LIVE, Map.of()).owner();

    assertThat(first).startsWith("api.github.com/token-").isNotEqualTo(second);
    assertThat(said()).hasSize(2);
    assertThat(said().getFirst())
        .contains("event=quota_owner_unnamed")
        .contains(first.substring(first.indexOf("token-")))
        .contains("github.quota-owner (BACKSTITCH_GITHUB_QUOTA_OWNER)")
        .doesNotContain("ghp_");
  }

  @Test
  void a_job_of_actions_uses_the_quota_of_its_repository_and_need_not_be_told() {
    Map<String, String> job = Map.of("github.actions-repository", "Git-Mastery/progress");

    assertThat(query("ghs_job", Lane.LIVE, job).owner())
        .isEqualTo("api.github.com/actions:git-mastery/progress");
    assertThat(said()).isEmpty();
  }
}

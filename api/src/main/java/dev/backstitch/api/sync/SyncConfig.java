package dev.backstitch.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.activities.tracker.Layout;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.quota.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a sync is to be done. Everything but the repositories may be left out.
///
/// @param repositories 1 to 100, each `owner/name`
/// @param file the path of the file in every pull request, `progress.json` unless given
/// @param base only pull requests that target this branch, `main` unless given
/// @param branch where the result goes, `tracker` unless given
/// @param apiUrl one of the server's `github.api-urls`, the first of them if null
/// @param layout where things are on the branch
/// @param schedule when everybody is synced; null for never by itself
/// @param webhook whether webhooks of `pull_request` events start a sync of their students; not
///   unless given
/// @param sweep instead of a sync: deliveries that nobody has accepted are asked for again, in one
///   repository; null for a sync
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SyncConfig(
    List<String> repositories,
    String file,
    String base,
    String branch,
    @Nullable String apiUrl,
    Layout layout,
    @Nullable ScheduleConfig schedule,
    Boolean webhook,
    @Nullable SweepConfig sweep) {
  private static final int MAX_REPOSITORIES = 100;
  private static final int MAX_KEY = 200;

  /// Puts the defaults in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public SyncConfig(
      @Nullable List<String> repositories,
      @Nullable String file,
      @Nullable String base,
      @Nullable String branch,
      @Nullable String apiUrl,
      @Nullable Layout layout,
      @Nullable ScheduleConfig schedule,
      @Nullable Boolean webhook,
      @Nullable SweepConfig sweep) {
    this.repositories = checkedList(repositories);
    SyncRequest defaults =
        checked(new Wish(this.repositories.getFirst(), file, base, branch, apiUrl));
    this.file = defaults.file();
    this.base = defaults.base();
    this.branch = defaults.branch();
    this.apiUrl = apiUrl;
    this.layout = layout == null ? Layout.GIT_MASTERY : layout;
    this.schedule = schedule;
    this.webhook = Boolean.TRUE.equals(webhook);
    this.sweep = sweep;
    this.repositories.forEach(this::requireUsable);
    if (sweep != null && (this.webhook || this.repositories.size() > 1)) {
      throw new InvalidRequestException(
          "sweep", "a sweep has one repository, since a hook belongs to one, and no webhook");
    }
  }

  /// A sync of one repository, with the defaults.
  public static SyncConfig of(String repository) {
    return new SyncConfig(List.of(repository), null, null, null, null, null, null, null, null);
  }

  /// The same with another schedule.
  public SyncConfig withSchedule(@Nullable ScheduleConfig other) {
    return new SyncConfig(repositories, file, base, branch, apiUrl, layout, other, webhook, sweep);
  }

  /// The same with or without webhooks.
  public SyncConfig withWebhook(boolean other) {
    return new SyncConfig(repositories, file, base, branch, apiUrl, layout, schedule, other, sweep);
  }

  /// The same at another API.
  public SyncConfig withApiUrl(String other) {
    return new SyncConfig(
        repositories, file, base, branch, other, layout, schedule, webhook, sweep);
  }

  /// What is to be started when everybody is due, or somebody asks for it.
  ///
  /// @param reason any but [SyncReason#WEBHOOK]
  StartRequest start(String repository, SyncReason reason) {
    SweepConfig swept = sweep;
    if (swept != null && reason != SyncReason.DRY_RUN) {
      return Syncs.sweepRequest(swept.key(repository, apiUrl), swept.request(repository, apiUrl));
    }
    SyncRequest request =
        request(repository, reason == SyncReason.SCHEDULE ? Lane.BULK : Lane.LIVE);
    return Syncs.syncRequest(
        key(repository, reason), reason == SyncReason.DRY_RUN ? request.previewed() : request);
  }

  /// What a sync of one repository is asked for.
  SyncRequest request(String repository, Lane lane) {
    return new SyncRequest(repository, file, base, branch, apiUrl, lane).in(layout);
  }

  /// The business key of a run of one repository: one per branch and reason is open at a time. A
  /// scheduled one may wait for quota until the hour is over, so it holds up nobody else. That of a
  /// person is also that of the command `sync`.
  String key(String repository, SyncReason reason) {
    String key = repository + ":" + branch;
    return switch (reason) {
      case PERSON -> key;
      case SCHEDULE -> key + ":bulk";
      case WEBHOOK -> key + ":webhook";
      case DRY_RUN -> key + ":dry-run";
    };
  }

  private void requireUsable(String repository) {
    checked(new Wish(repository, file, base, branch, apiUrl));
    if (key(repository, SyncReason.WEBHOOK).length() > MAX_KEY) {
      throw new InvalidRequestException(
          "branch", "the names of the repository and the branch together are too long");
    }
  }

  private static List<String> checkedList(@Nullable List<String> repositories) {
    if (repositories == null || repositories.isEmpty()) {
      throw new InvalidRequestException(
          "repositories", "repositories is required: a list such as [git-mastery/progress]");
    }
    if (repositories.size() > MAX_REPOSITORIES) {
      throw new InvalidRequestException(
          "repositories", "a sync has at most " + MAX_REPOSITORIES + " repositories");
    }
    Set<String> seen = new HashSet<>();
    List<String> copy = new ArrayList<>();
    for (@Nullable String repository : repositories) {
      String named = Objects.requireNonNullElse(repository, "");
      if (!seen.add(named.toLowerCase(Locale.ROOT))) {
        throw new InvalidRequestException("repositories", named + " is listed twice");
      }
      copy.add(named);
    }
    return List.copyOf(copy);
  }

  private record Wish(
      String repository,
      @Nullable String file,
      @Nullable String base,
      @Nullable String branch,
      @Nullable String apiUrl) {}

  private static SyncRequest checked(Wish wish) {
    try {
      return new SyncRequest(
          wish.repository(), wish.file(), wish.base(), wish.branch(), wish.apiUrl(), null);
    } catch (InvalidRequestException refused) {
      String field = refused.field().replaceFirst("^input\\.", "");
      throw new InvalidRequestException(
          field.equals("repository") ? "repositories" : field,
          String.valueOf(refused.getMessage()),
          refused);
    }
  }
}

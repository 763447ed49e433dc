package dev.backstitch.activities.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.tracker.Layout;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.quota.Lane;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What to sync. Everything but the repository may be left out.
///
/// @param repository `owner/name`
/// @param file the path of the file in every pull request, `progress.json` unless given
/// @param base only pull requests that target this branch, `main` unless given
/// @param branch where the result goes, `tracker` unless given
/// @param apiUrl one of the configured `github.api-urls`, the first of them unless given
/// @param lane `live` if somebody waits for it, which it is unless given; `bulk` if it can wait for
///   quota: for syncs that a schedule starts
/// @param layout where things are on the branch; null, which is left out in JSON, is
///   [Layout#GIT_MASTERY]
/// @param dryRun true if the difference is only to be shown; null, which is left out in JSON, if it
///   is to be committed
/// @param announced the pull requests that webhooks have told of, if only their students are to be
///   synced; null, which is left out in JSON, for everybody
public record SyncRequest(
    String repository,
    String file,
    String base,
    String branch,
    @Nullable String apiUrl,
    Lane lane,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Layout layout,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean dryRun,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<AnnouncedPull> announced) {

  /// The most pull requests that may be announced to one sync.
  public static final int MAX_ANNOUNCED = 500;

  private static final int MAX_PATH_CHARS = 1_000;
  private static final int MAX_BRANCH_CHARS = 200;

  /// What git forbids in the name of a branch (https://git-scm.com/docs/git-check-ref-format).
  private static final Pattern NO_BRANCH =
      Pattern.compile(
          "[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//|^[/.-]|[/.]$|/\\.|\\.lock(/|$)");

  /// Puts the defaults in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public SyncRequest(
      @Nullable String repository,
      @Nullable String file,
      @Nullable String base,
      @Nullable String branch,
      @Nullable String apiUrl,
      @Nullable Lane lane,
      @Nullable Layout layout,
      @Nullable Boolean dryRun,
      @Nullable List<AnnouncedPull> announced) {
    this.repository = checkedRepository(repository);
    this.file = checkedFile(file == null ? "progress.json" : file);
    this.base = checkedBranch("base", base == null ? "main" : base);
    this.branch = checkedBranch("branch", branch == null ? "tracker" : branch);
    this.apiUrl = apiUrl;
    this.lane = lane == null ? Lane.LIVE : lane;
    this.layout = Layout.GIT_MASTERY.equals(layout) ? null : layout;
    this.dryRun = Boolean.TRUE.equals(dryRun) ? Boolean.TRUE : null;
    this.announced = announced == null ? null : checkedPulls(announced);
  }

  /// A sync of everybody, in the usual layout, that commits. What is null has its default.
  public SyncRequest(
      @Nullable String repository,
      @Nullable String file,
      @Nullable String base,
      @Nullable String branch,
      @Nullable String apiUrl,
      @Nullable Lane lane) {
    this(repository, file, base, branch, apiUrl, lane, null, null, null);
  }

  /// The same in another layout.
  public SyncRequest in(@Nullable Layout otherLayout) {
    return new SyncRequest(
        repository, file, base, branch, apiUrl, lane, otherLayout, dryRun, announced);
  }

  /// The same, showing the difference only.
  public SyncRequest previewed() {
    return new SyncRequest(repository, file, base, branch, apiUrl, lane, layout, true, announced);
  }

  /// The same for the students of some pull requests only.
  public SyncRequest of(List<AnnouncedPull> pulls) {
    return new SyncRequest(repository, file, base, branch, apiUrl, lane, layout, dryRun, pulls);
  }

  /// Whether anything is committed.
  boolean commits() {
    return dryRun == null;
  }

  /// What calls carry: nothing if it is live, so that histories from before there were lanes fit.
  @Nullable Lane laneOfCalls() {
    return lane == Lane.LIVE ? null : lane;
  }

  /// A request that leaves out all it may.
  public static SyncRequest of(String repository) {
    return new SyncRequest(repository, null, null, null, null, null);
  }

  private static List<AnnouncedPull> checkedPulls(List<AnnouncedPull> announced) {
    if (announced.isEmpty() || announced.size() > MAX_ANNOUNCED) {
      throw new InvalidRequestException(
          "input.announced",
          "announced must name 1 to " + MAX_ANNOUNCED + " pull requests, or be left out");
    }
    return List.copyOf(announced);
  }

  private static String checkedRepository(@Nullable String repository) {
    if (repository == null) {
      throw new InvalidRequestException(
          "input.repository", "repository is required: OWNER/NAME, such as git-mastery/progress");
    }
    if (!Repository.isName(repository)) {
      throw new InvalidRequestException(
          "input.repository",
          "repository must be OWNER/NAME, such as git-mastery/progress, was " + shown(repository));
    }
    return repository;
  }

  private static String checkedFile(String file) {
    boolean plain =
        !file.isEmpty()
            && file.length() <= MAX_PATH_CHARS
            && file.chars().noneMatch(c -> c < ' ' || c == 0x7f)
            && Arrays.stream(file.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!plain) {
      throw new InvalidRequestException(
          "input.file",
          "file must be a path inside the repository, such as progress.json or"
              + " results/progress.json, was "
              + shown(file));
    }
    return file;
  }

  private static String checkedBranch(String field, String branch) {
    if (branch.isEmpty()
        || branch.length() > MAX_BRANCH_CHARS
        || NO_BRANCH.matcher(branch).find()) {
      throw new InvalidRequestException(
          "input." + field,
          field + " must be the name of a branch, such as main, was " + shown(branch));
    }
    return branch;
  }

  private static String shown(String value) {
    String oneLine = value.replaceAll("\\p{Cntrl}", "?");
    return oneLine.length() > 60 ? oneLine.substring(0, 60) + "..." : "'" + oneLine + "'";
  }
}

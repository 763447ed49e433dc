package dev.backstitch.activities.sync;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.quota.Lane;
import java.util.Arrays;
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
public record SyncRequest(
    String repository,
    String file,
    String base,
    String branch,
    @Nullable String apiUrl,
    Lane lane) {
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
      @Nullable Lane lane) {
    this.repository = checkedRepository(repository);
    this.file = checkedFile(file == null ? "progress.json" : file);
    this.base = checkedBranch("base", base == null ? "main" : base);
    this.branch = checkedBranch("branch", branch == null ? "tracker" : branch);
    this.apiUrl = apiUrl;
    this.lane = lane == null ? Lane.LIVE : lane;
  }

  /// What calls carry: nothing if it is live, so that histories from before there were lanes fit.
  @Nullable Lane laneOfCalls() {
    return lane == Lane.LIVE ? null : lane;
  }

  /// A request that leaves out all it may.
  public static SyncRequest of(String repository) {
    return new SyncRequest(repository, null, null, null, null, null);
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

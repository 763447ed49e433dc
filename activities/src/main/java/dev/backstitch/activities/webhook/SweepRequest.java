package dev.backstitch.activities.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/// Which webhook to look after.
///
/// @param repository `owner/name`
/// @param hook its id at GitHub; null for that of the App
/// @param lookBackHours how far back the log is read, 1 to 72: GitHub keeps three days
/// @param apiUrl one of the configured `github.api-urls`, the first of them unless given
/// @param app true for the webhook of the App that we are, which tells of every repository that the
///   App is installed for; null, which is left out in JSON, for the webhook of the repository
public record SweepRequest(
    String repository,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long hook,
    Integer lookBackHours,
    @Nullable String apiUrl,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean app) {

  /// How far back the log is read unless something else is given.
  public static final int USUAL_LOOK_BACK_HOURS = 24;

  private static final int LONGEST_HOURS = 72;

  /// Puts the default in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public SweepRequest(
      @Nullable String repository,
      @Nullable Long hook,
      @Nullable Integer lookBackHours,
      @Nullable String apiUrl,
      @Nullable Boolean app) {
    if (repository == null || !Repository.isName(repository)) {
      throw new InvalidRequestException(
          "input.repository", "repository is required: OWNER/NAME, such as git-mastery/progress");
    }
    boolean ofApp = Boolean.TRUE.equals(app);
    if (ofApp && hook != null) {
      throw new InvalidRequestException(
          "input.app",
          "app: true is for the webhook of the App itself, which has no hook's number");
    }
    if (!ofApp && (hook == null || hook < 1)) {
      throw new InvalidRequestException(
          "input.hook",
          "hook is required: the number in the address of the webhook's settings; or else app:"
              + " true, for the webhook of the App itself");
    }
    int hours = lookBackHours == null ? USUAL_LOOK_BACK_HOURS : lookBackHours;
    if (hours < 1 || hours > LONGEST_HOURS) {
      throw new InvalidRequestException(
          "input.lookBackHours", "lookBackHours must be 1 to " + LONGEST_HOURS + ", was " + hours);
    }
    this.repository = repository;
    this.hook = hook;
    this.lookBackHours = hours;
    this.apiUrl = apiUrl;
    this.app = ofApp ? Boolean.TRUE : null;
  }
}

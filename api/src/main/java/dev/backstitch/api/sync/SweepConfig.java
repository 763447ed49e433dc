package dev.backstitch.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.webhook.SweepRequest;
import dev.backstitch.orchestrator.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/// Which webhook is looked after.
///
/// @param hook its id: the number in the address of its settings page; null for that of the App
/// @param lookBackHours how far back its log is read, 1 to 72, 24 unless given
/// @param app true for the webhook of the App that the server is; else null
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SweepConfig(@Nullable Long hook, Integer lookBackHours, @Nullable Boolean app) {

  /// Puts the default in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public SweepConfig(@Nullable Long hook, @Nullable Integer lookBackHours, @Nullable Boolean app) {
    try {
      SweepRequest checked = new SweepRequest("owner/name", hook, lookBackHours, null, app);
      this.hook = checked.hook();
      this.lookBackHours = checked.lookBackHours();
      this.app = checked.app();
    } catch (InvalidRequestException refused) {
      throw new InvalidRequestException(
          refused.field().replace("input.", "sweep."),
          String.valueOf(refused.getMessage()),
          refused);
    }
  }

  /// What a run is asked for.
  SweepRequest request(String repository, @Nullable String apiUrl) {
    return new SweepRequest(repository, hook, lookBackHours, apiUrl, app);
  }

  /// The business key of such a run: one for each webhook is open at a time. That of the App is one
  /// for all repositories.
  String key(String repository, @Nullable String apiUrl) {
    return hook == null
        ? (apiUrl == null ? "app-hook:sweep" : apiUrl + ":app-hook:sweep")
        : repository + ":hook-" + hook + ":sweep";
  }
}

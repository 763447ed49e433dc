package dev.backstitch.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.webhook.SweepRequest;
import dev.backstitch.orchestrator.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/// Which webhook is looked after.
///
/// @param hook its id: the number in the address of its settings page
/// @param lookBackHours how far back its log is read, 1 to 72, 24 unless given
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SweepConfig(Long hook, Integer lookBackHours) {

  /// Puts the default in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public SweepConfig(@Nullable Long hook, @Nullable Integer lookBackHours) {
    try {
      SweepRequest checked = new SweepRequest("owner/name", hook, lookBackHours, null);
      this.hook = checked.hook();
      this.lookBackHours = checked.lookBackHours();
    } catch (InvalidRequestException refused) {
      throw new InvalidRequestException(
          refused.field().replace("input.", "sweep."),
          String.valueOf(refused.getMessage()),
          refused);
    }
  }
}

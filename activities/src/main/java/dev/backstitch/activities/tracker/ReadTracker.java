package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Reads what the branch holds: its head, and the maps at exactly that commit.
///
/// @param target must exist; map files that do not are empty maps
/// @param lane how urgent it is; null, which is left out in JSON, is live
public record ReadTracker(
    TrackerBranch target, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lane lane)
    implements Call<Tracker> {

  /// Live.
  public ReadTracker(TrackerBranch target) {
    this(target, null);
  }
}

package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The APIs of the setting `github.api-urls`, for workflows.
///
/// @param all at least one; the first is the default
public record ConfiguredApis(List<ApiUrl> all) {
  /// Copies the list.
  public ConfiguredApis {
    all = List.copyOf(all);
  }

  /// The one that a run's input asks for.
  ///
  /// What is configured is recorded: a changed setting can't send the second half of a run to
  /// another server.
  ///
  /// @param wanted its address, null for the first
  /// @throws PermanentFailureException of type `invalid-request` if it is not configured
  public ApiUrl chosen(RunContext run, @Nullable String wanted) {
    String recorded =
        run.record(
            "github.api-urls",
            String.class,
            () -> all.stream().map(ApiUrl::toString).collect(Collectors.joining(",")));
    return ApiUrl.parseList(recorded).stream()
        .filter(api -> wanted == null || api.isAt(wanted))
        .findFirst()
        .orElseThrow(() ->
            new PermanentFailureException(
                "invalid-request",
                "apiUrl must be one of those the server is configured for ("
                    + recorded
                    + "). The setting github.api-urls adds others: the token is sent to no"
                    + " address that is not in it."));
  }
}

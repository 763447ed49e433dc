package dev.backstitch.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an error answer says, as RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457) has it.
///
/// @param status the HTTP status
/// @param code stable, to decide by
/// @param title the kind of problem in words, the same for every occurrence of the code
/// @param detail what happened this time and what to do
/// @param field the part of the request that is wrong, if one is
/// @param allowed what would have been accepted there, if that can be listed
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    int status,
    String code,
    String title,
    String detail,
    @Nullable String field,
    List<String> allowed) {

  /// Copies the list.
  public Problem {
    allowed = List.copyOf(allowed);
  }

  /// A stable name of the code that is a URI, as the RFC wants.
  @JsonProperty
  public String type() {
    return "urn:backstitch:problem:" + code;
  }
}

package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/// A student's file, or why there is none. Each reason is a case of its own: trouble that looks
/// alike can't be mended.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FetchedFile.Found.class, name = "found"),
  @JsonSubTypes.Type(value = FetchedFile.MissingFile.class, name = "missing-file"),
  @JsonSubTypes.Type(value = FetchedFile.InvalidJson.class, name = "invalid-json"),
  @JsonSubTypes.Type(value = FetchedFile.TooBig.class, name = "too-big"),
  @JsonSubTypes.Type(value = FetchedFile.Gone.class, name = "gone"),
})
public sealed interface FetchedFile {

  /// The file is there and valid.
  ///
  /// @param blobOid git's name for the bytes, proven
  /// @param text the exact contents: the bytes are valid UTF-8, so the text is as exact as they are
  record Found(String blobOid, String text) implements FetchedFile {}

  /// The commit is there, the file is not.
  record MissingFile() implements FetchedFile {}

  /// The file is there, but is no valid progress file.
  ///
  /// @param reason without a quotation from the file
  record InvalidJson(String reason) implements FetchedFile {}

  /// The file is larger than any honest one, or is in a commit that is.
  ///
  /// @param sizeBytes null if only that is known
  /// @param maxBytes what is allowed
  /// @param what is larger than that, in a commit whose file nobody could look at; null, which is
  ///   left out in JSON, if it is the file
  record TooBig(
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sizeBytes,
      long maxBytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String what)
      implements FetchedFile {

    /// The file has so many bytes.
    public TooBig(long sizeBytes, long maxBytes) {
      this(sizeBytes, maxBytes, null);
    }
  }

  /// Neither the base repository nor the fork shows the file at that commit.
  record Gone(String reason) implements FetchedFile {}
}

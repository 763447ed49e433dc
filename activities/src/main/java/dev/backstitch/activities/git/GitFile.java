package dev.backstitch.activities.git;

import dev.backstitch.activities.client.Body;
import org.jspecify.annotations.Nullable;

/// What a commit holds at a path, as git tells of it.
public sealed interface GitFile {

  /// The whole file.
  ///
  /// @param blobOid git's name for the bytes, proven
  record Whole(String blobOid, Body body) implements GitFile {}

  /// There is nothing at the path, or no file.
  record NoFile() implements GitFile {}

  /// There is a file, but it is larger than was asked for.
  ///
  /// @param sizeBytes null if the host has left it out, as it was asked to
  record Larger(@Nullable Long sizeBytes) implements GitFile {}

  /// Nobody looked at the file: it is in a commit of which more would have to be read than we read.
  ///
  /// @param what of it is too large, for messages
  /// @param maxBytes the most that is read of that
  record Buried(String what, long maxBytes) implements GitFile {}
}

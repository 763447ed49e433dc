package dev.backstitch.activities.git;

import dev.backstitch.activities.client.Body;

/// What a commit holds at a path, as git tells of it.
public sealed interface GitFile {

  /// The whole file.
  ///
  /// @param blobOid git's name for the bytes, proven
  record Whole(String blobOid, Body body) implements GitFile {}

  /// There is nothing at the path, or no file.
  record NoFile() implements GitFile {}

  /// There is a file, but it is larger than was asked for.
  record Larger() implements GitFile {}
}

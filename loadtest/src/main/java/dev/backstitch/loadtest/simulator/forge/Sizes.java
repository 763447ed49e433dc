package dev.backstitch.loadtest.simulator.forge;

/// How much fits into one request or answer. Thread-safe; may be changed while requests run, so
/// that a test need not make a hundred thousand files.
public final class Sizes {
  private volatile Limits limits = Limits.GITHUB;

  /// The limits themselves. Those of requests are not documented: they are what others met.
  ///
  /// @param commitBytes the largest request for `createCommitOnBranch`; a larger one times out
  ///   (https://github.com/grafana/github-api-commit-action/issues/66)
  /// @param treeBytes the largest request for a tree; a larger one times out. Some accounts have
  ///   2.5 MB (https://github.com/codesandbox/codesandbox-client/issues/8614)
  /// @param treeFiles the most entries in it; the same accounts have about 200
  /// @param fileBytes the largest file that can be read, raw too; of a larger one 403 is told
  ///   (https://docs.github.com/en/rest/repos/contents#get-repository-content,
  ///   https://docs.github.com/en/rest/git/blobs#get-a-blob)
  /// @param directoryEntries the most that the contents of a directory show; the others are left
  ///   out without a word (https://docs.github.com/en/rest/repos/contents#get-repository-content)
  /// @param listedEntries the most entries of a tree that are listed; what is more is cut off, and
  ///   the answer says so (https://docs.github.com/en/rest/git/trees#get-a-tree)
  /// @param listedBytes the same of the answer's size
  /// @param statusesPerContext the most statuses of one commit and context; what is more is refused
  ///   (https://docs.github.com/en/rest/commits/statuses#create-a-commit-status)
  /// @param checkRunsPerName the most check runs of one commit, name and App; of more the oldest
  ///   are deleted (https://docs.github.com/en/rest/checks/runs#create-a-check-run)
  public record Limits(
      int commitBytes,
      int treeBytes,
      int treeFiles,
      int fileBytes,
      int directoryEntries,
      int listedEntries,
      int listedBytes,
      int statusesPerContext,
      int checkRunsPerName) {
    private static final int MIB = 1024 * 1024;

    /// GitHub's.
    public static final Limits GITHUB =
        new Limits(40 * MIB, 40 * MIB, 100_000, 100 * MIB, 1_000, 100_000, 7 * MIB, 1_000, 1_000);

    public Limits {
      if (commitBytes < 1
          || treeBytes < 1
          || treeFiles < 1
          || fileBytes < 1
          || directoryEntries < 1
          || listedEntries < 1
          || listedBytes < 1
          || statusesPerContext < 1
          || checkRunsPerName < 1) {
        throw new IllegalArgumentException("Every size is at least 1");
      }
    }

    /// The same with other limits of what is written.
    public Limits withWrites(int newCommitBytes, int newTreeBytes, int newTreeFiles) {
      return new Limits(
          newCommitBytes,
          newTreeBytes,
          newTreeFiles,
          fileBytes,
          directoryEntries,
          listedEntries,
          listedBytes,
          statusesPerContext,
          checkRunsPerName);
    }

    /// The same with other limits of what is listed.
    public Limits withLists(int newDirectoryEntries, int newListedEntries) {
      return new Limits(
          commitBytes,
          treeBytes,
          treeFiles,
          fileBytes,
          newDirectoryEntries,
          newListedEntries,
          listedBytes,
          statusesPerContext,
          checkRunsPerName);
    }

    /// The same with other limits of what is told of one commit.
    public Limits withReports(int newStatusesPerContext, int newCheckRunsPerName) {
      return new Limits(
          commitBytes,
          treeBytes,
          treeFiles,
          fileBytes,
          directoryEntries,
          listedEntries,
          listedBytes,
          newStatusesPerContext,
          newCheckRunsPerName);
    }
  }

  public Limits limits() {
    return limits;
  }

  public void limits(Limits wanted) {
    limits = wanted;
  }
}

package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.git.GitFile;
import dev.backstitch.activities.git.HeadFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the git host for what no API shows. It can only add: whatever goes wrong there leaves the
/// answers that the API gave. Thread-safe.
final class GitFallback {
  private static final Logger log = LoggerFactory.getLogger(GitFallback.class);

  private final HeadFiles heads;

  GitFallback(HeadFiles heads) {
    this.heads = heads;
  }

  /// Those of the wanted files that git has shown. They are of one repository.
  Map<FetchFile, FetchedFile> ask(List<FetchFile> wanted) throws InterruptedException {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    Repository repository = wanted.getFirst().repository();
    try {
      Map<HeadFiles.Wanted, GitFile> shown =
          heads.read(
              repository,
              wanted.stream().map(GitFallback::byGit).distinct().toList(),
              FetchBatch.MAX_FILE_BYTES);
      Map<FetchFile, FetchedFile> files = new LinkedHashMap<>();
      for (FetchFile one : wanted) {
        switch (shown.get(byGit(one))) {
          case GitFile.Whole(var oid, var body) ->
              files.put(one, FetchBatch.judged(oid, body.bytes()));
          case GitFile.NoFile() -> files.put(one, new FetchedFile.MissingFile());
          case GitFile.Larger() ->
              log.info(
                  "event=file_too_large_for_git repository={} pull={}", repository, one.number());
          case null -> {
            // Its ref shows another commit, or is not there.
          }
        }
      }
      log.info(
          "event=files_by_git repository={} wanted={} shown={}",
          repository,
          wanted.size(),
          files.size());
      return files;
    } catch (RuntimeException failed) {
      // Not only ours: a reader of packs may fail in its own way at one that is no pack.
      log.warn(
          "event=git_failed repository={} wanted={} reason=\"{}\"",
          repository,
          wanted.size(),
          failed.getMessage());
      return Map.of();
    }
  }

  private static HeadFiles.Wanted byGit(FetchFile call) {
    return new HeadFiles.Wanted(call.number(), call.headOid(), call.path());
  }
}

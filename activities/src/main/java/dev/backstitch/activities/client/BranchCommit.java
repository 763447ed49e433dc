package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.Problem.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A commit that lands only if its branch is still where it is expected: GitHub's
/// `createCommitOnBranch`
/// (https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch).
///
/// @param repository by its present name: unlike queries, this follows no former one
/// @param branch without `refs/heads/`
/// @param expectedHeadOid where the branch must be
/// @param files the new text by path, written as UTF-8; null removes the file
public record BranchCommit(
    Repository repository,
    String branch,
    String expectedHeadOid,
    Message message,
    SortedMap<String, ? extends @Nullable String> files) {
  private static final int SURE_FILES = 100;
  private static final int SURE_CHARS = 1_000_000;
  private static final String MUTATION =
      """
      mutation CommitOnBranch($input: CreateCommitOnBranchInput!) {
        createCommitOnBranch(input: $input) { commit { oid } }
      }
      """;

  /// Copies the files.
  public BranchCommit {
    files = Collections.unmodifiableSortedMap(new TreeMap<String, @Nullable String>(files));
  }

  /// What a commit says.
  ///
  /// @param headline its first line
  /// @param body what comes below
  public record Message(String headline, String body) {}

  /// Whether it is more than every account is known to get through, so that its size may be why it
  /// is refused. Nothing is documented; commits of 200 to 250 files or of 2.5 MB in base64 have
  /// been refused by a 502, or by no answer at all
  /// (https://github.com/codesandbox/codesandbox-client/issues/8614).
  public boolean isLarge() {
    return isLarge(files.values());
  }

  /// The same of contents that are not in a commit yet.
  ///
  /// @param texts null for files that are removed
  public static boolean isLarge(Collection<? extends @Nullable String> texts) {
    long chars = 0;
    for (@Nullable String text : texts) {
      chars += text == null ? 0 : text.length();
    }
    return texts.size() > SURE_FILES || chars > SURE_CHARS;
  }

  /// Makes it.
  ///
  /// @return the commit's id
  /// @throws GitHubException of kind [Kind#STALE] if the branch is elsewhere; another may leave it
  ///   unknown whether the commit has landed: [Problem#leavesOutcomeUnknown]
  public String send(GraphQl graphQl, Meter meter) throws InterruptedException {
    String purpose = "commit " + files.size() + " files to branch " + branch + " of " + repository;
    JsonNode oid =
        graphQl
            .send(repository.api(), MUTATION, variables(), purpose, meter)
            .dataOrThrow()
            .path("createCommitOnBranch")
            .path("commit")
            .path("oid");
    if (!oid.isTextual()) {
      throw new GitHubException(
          Problem.of(Kind.UNREADABLE, "Could not " + purpose + ": the answer names no commit."));
    }
    return oid.asText();
  }

  private ObjectNode variables() {
    ObjectNode variables = GraphQl.variables();
    ObjectNode input = variables.putObject("input");
    input
        .putObject("branch")
        .put("repositoryNameWithOwner", repository.nameWithOwner())
        .put("branchName", branch);
    input.putObject("message").put("headline", message.headline()).put("body", message.body());
    input.put("expectedHeadOid", expectedHeadOid);
    ObjectNode changes = input.putObject("fileChanges");
    ArrayNode additions = changes.putArray("additions");
    ArrayNode deletions = changes.putArray("deletions");
    files.forEach((path, text) -> {
      if (text == null) {
        deletions.addObject().put("path", path);
      } else {
        additions.addObject().put("path", path).put("contents", base64(text));
      }
    });
    return variables;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}

package dev.backstitch.activities.contents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.client.Body;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.format.GitBlob;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/// Reads the exact bytes of files, and proves them by git's own hash. Thread-safe.
public final class Contents {

  /// What a GraphQL document must ask of a `Blob` for [#ofBlob] to read it.
  public static final String BLOB_FIELDS = "oid byteSize isBinary isTruncated text";

  private static final String RAW = "application/vnd.github.raw+json";
  private static final String OBJECT = "application/vnd.github+json";

  private final GitHubClient client;

  /// @param client sends the requests
  public Contents(GitHubClient client) {
    this.client = client;
  }

  /// A file as REST tells of it.
  public sealed interface RestFile {

    /// The whole file.
    record Whole(String blobOid, Body body) implements RestFile {}

    /// There is a file, but it is larger than was asked for.
    record Larger(long sizeBytes) implements RestFile {}

    /// There is something at the path, but it is no file.
    record NoFile() implements RestFile {}
  }

  /// The bytes of a blob that a GraphQL answer shows. Its text is taken if it is whole and proves
  /// right; if it is cut short, or is no UTF-8 (then the text holds replacement characters, or is
  /// null), the bytes are fetched by REST.
  ///
  /// @param blob a node with [#BLOB_FIELDS]
  /// @throws GitHubException if the bytes can't be had
  public byte[] ofBlob(Repository repository, JsonNode blob, String purpose, Meter meter)
      throws InterruptedException {
    String oid = blob.path("oid").asText();
    if (blob.path("text").isTextual() && !blob.path("isTruncated").asBoolean()) {
      byte[] bytes = blob.path("text").asText().getBytes(StandardCharsets.UTF_8);
      if (GitBlob.isOf(oid, bytes)) {
        return bytes;
      }
    }
    String path = repository.restPath() + "/git/blobs/" + oid;
    byte[] raw = client.get(repository.api(), path, RAW, purpose, meter).body().bytes();
    return proven(oid, raw, purpose);
  }

  /// The file at a path of a commit, by REST.
  ///
  /// @param maxBytes a larger file is not decoded
  /// @throws GitHubException if there is no such repository, commit or path, which REST does not
  ///   tell apart, or if the bytes can't be had
  public RestFile atCommit(
      Repository repository,
      String commitOid,
      String path,
      long maxBytes,
      String purpose,
      Meter meter)
      throws InterruptedException {
    String restPath =
        repository.restPath() + "/contents/" + encoded(path) + "?ref=" + encoded(commitOid);
    JsonNode file = client.get(repository.api(), restPath, OBJECT, purpose, meter).json(purpose);
    if (!file.path("type").asText().equals("file") || file.has("submodule_git_url")) {
      return new RestFile.NoFile();
    }
    if (file.path("size").asLong() > maxBytes || !file.path("encoding").asText().equals("base64")) {
      return new RestFile.Larger(file.path("size").asLong());
    }
    byte[] bytes = Base64.getMimeDecoder().decode(file.path("content").asText());
    String oid = file.path("sha").asText();
    return new RestFile.Whole(oid, new Body(proven(oid, bytes, purpose)));
  }

  private static byte[] proven(String oid, byte[] bytes, String purpose) {
    if (!GitBlob.isOf(oid, bytes)) {
      throw new GitHubException(
          Problem.of(
              Kind.UNREADABLE,
              "Could not " + purpose + ": the bytes received are not those of blob " + oid + "."));
    }
    return bytes;
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}

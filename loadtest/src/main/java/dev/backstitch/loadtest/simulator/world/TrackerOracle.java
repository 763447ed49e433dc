package dev.backstitch.loadtest.simulator.world;

import dev.backstitch.loadtest.python.PythonJson;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/// Says what the tracker must hold: a pure function of the pull requests and, for students whose
/// file cannot be read now, of the commit the tracker already recorded for them.
///
/// The rules: of several open pull requests of one user the highest number counts. A file counts
/// when it is UTF-8, a JSON array and at most [#MAX_FILE_BYTES]. A student without such a file, and
/// one whose pull request was closed, keeps the entries and the file of the recorded commit.
final class TrackerOracle {

  static final String PROGRESS = "progress.json";
  static final String USERS = "user_map.json";
  static final String HASHES = "latest_sync_hashes.json";
  static final String STUDENTS = "students/";

  /// Larger files are left alone by the sync.
  static final int MAX_FILE_BYTES = 256 * 1024;

  private final ObjectNetwork objects;

  TrackerOracle(ObjectNetwork objects) {
    this.objects = objects;
  }

  /// @param recorded what the tracker holds now
  SortedMap<String, byte[]> expected(
      Collection<PullRequest> pullRequests, SortedMap<String, byte[]> recorded) {
    var logins = new TreeMap<Long, String>();
    var heads = new TreeMap<Long, ObjectId>();
    var files = new TreeMap<String, byte[]>();
    Map<String, String> recordedLogins = readMap(recorded, USERS);
    readMap(recorded, HASHES)
        .forEach((user, head) -> {
          long id = Long.parseLong(user);
          ObjectId commit = ObjectId.fromString(head);
          canonical(commit)
              .ifPresent(file -> {
                logins.put(id, recordedLogins.getOrDefault(user, ""));
                heads.put(id, commit);
                files.put(STUDENTS + user + ".json", file);
              });
        });
    for (PullRequest pullRequest : deciding(pullRequests)) {
      User author = pullRequest.author().orElseThrow();
      canonical(pullRequest.head())
          .ifPresent(file -> {
            logins.put(author.id(), author.login());
            heads.put(author.id(), pullRequest.head());
            files.put(STUDENTS + author.id() + ".json", file);
          });
    }
    files.put(USERS, map(logins));
    var hashes = new TreeMap<Long, String>();
    heads.forEach((id, head) -> hashes.put(id, head.name()));
    files.put(HASHES, map(hashes));
    return files;
  }

  static boolean isManaged(String path) {
    return path.startsWith(STUDENTS) || path.equals(USERS) || path.equals(HASHES);
  }

  private static Collection<PullRequest> deciding(Collection<PullRequest> pullRequests) {
    var byAuthor = new HashMap<Long, PullRequest>();
    for (PullRequest pullRequest : pullRequests) {
      if (pullRequest.open() && pullRequest.author().isPresent()) {
        byAuthor.merge(
            pullRequest.author().get().id(),
            pullRequest,
            (one, two) -> one.number() > two.number() ? one : two);
      }
    }
    return byAuthor.values();
  }

  /// The student file of a commit; empty when it has none that counts.
  Optional<byte[]> canonical(ObjectId commit) {
    return objects
        .commit(commit)
        .map(GitCommit::tree)
        .flatMap(tree -> objects.item(tree, PROGRESS))
        .flatMap(item -> objects.blob(item.id()))
        .flatMap(TrackerOracle::canonical);
  }

  static Optional<byte[]> canonical(byte[] file) {
    if (file.length > MAX_FILE_BYTES) {
      return Optional.empty();
    }
    return utf8(file)
        .flatMap(PythonJson::read)
        .filter(value -> value instanceof PythonJson.Value.Array)
        .map(value -> PythonJson.write(value).getBytes(StandardCharsets.US_ASCII));
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  static byte[] map(SortedMap<Long, String> entries) {
    var dict = new LinkedHashMap<String, PythonJson.Value>();
    entries.forEach((id, text) -> dict.put(Long.toString(id), new PythonJson.Value.Text(text)));
    return PythonJson.write(new PythonJson.Value.Dict(dict)).getBytes(StandardCharsets.US_ASCII);
  }

  /// One of the two maps as the tracker holds it.
  ///
  /// @throws IllegalStateException when it is not a map of strings, which no sync may leave behind
  static Map<String, String> readMap(Map<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      return Map.of();
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (PythonJson.read(text).orElse(null) instanceof PythonJson.Value.Dict(var entries)) {
      var result = new LinkedHashMap<String, String>();
      entries.forEach((key, value) -> {
        if (!(value instanceof PythonJson.Value.Text(String string))) {
          throw new IllegalStateException(name + " holds no text for " + key);
        }
        result.put(key, string);
      });
      return result;
    }
    throw new IllegalStateException(name + " on the tracker is not a JSON object: " + text);
  }
}

package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.GraphQlAnswer;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.contents.Contents;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The GraphQL document that asks for some files, and how its answer is read. Pure.
///
/// With each file comes where its pull request stands, and whether it is still open: the list that
/// named the commit may have been an old one, and to ask once more costs nothing here.
///
/// @param byAlias `p12` for pull request 12. Two runs may want it at two commits: the second is
///   `p12_2`
record FilesQuery(Map<String, FetchFile> byAlias) {
  private static final Pattern HEAD_ALIAS = Pattern.compile("h[0-9]+");

  FilesQuery {
    byAlias = Collections.unmodifiableMap(new LinkedHashMap<>(byAlias));
  }

  /// @param wanted distinct and of one repository
  static FilesQuery of(Collection<FetchFile> wanted) {
    Map<String, FetchFile> byAlias = new LinkedHashMap<>();
    for (FetchFile file : wanted) {
      String alias = "p" + file.number();
      for (int n = 2; byAlias.containsKey(alias); n++) {
        alias = "p" + file.number() + "_" + n;
      }
      byAlias.put(alias, file);
    }
    return new FilesQuery(byAlias);
  }

  /// Through the commit, not by the expression `oid:path`, because the answer then tells a commit
  /// that is not there (null) from a file that is not in it (`file` is null).
  String document() {
    StringBuilder variables = new StringBuilder("$owner: String!, $name: String!");
    StringBuilder fields = new StringBuilder();
    byAlias.values().stream()
        .map(FetchFile::number)
        .distinct()
        .forEach(number ->
            fields.append(
                "    h%d: pullRequest(number: %d) { headRefOid state }\n"
                    .formatted(number, number)));
    for (String alias : byAlias.keySet()) {
      variables.append(", $%s: GitObjectID!, $%s_path: String!".formatted(alias, alias));
      fields.append(
          "    %s: object(oid: $%s) { ... on Commit { file(path: $%s_path) { ...wanted } } }\n"
              .formatted(alias, alias, alias));
    }
    return """
    query FetchFiles(%s) {
      rateLimit { cost remaining }
      repository(owner: $owner, name: $name) {
    %s  }
    }
    fragment wanted on TreeEntry { type object { ... on Blob { %s } } }
    """
        .formatted(variables, fields, Contents.BLOB_FIELDS);
  }

  ObjectNode variables(Repository repository) {
    ObjectNode variables =
        GraphQl.variables().put("owner", repository.owner()).put("name", repository.name());
    byAlias.forEach(
        (alias, file) -> variables.put(alias, file.headOid()).put(alias + "_path", file.path()));
    return variables;
  }

  /// Where the pull requests stand, as far as it was said: the file is had without it.
  Map<FetchFile, String> heads(JsonNode repository) {
    Map<FetchFile, String> heads = new LinkedHashMap<>();
    for (FetchFile file : byAlias.values()) {
      JsonNode head = repository.path("h" + file.number()).path("headRefOid");
      if (head.isTextual()) {
        heads.put(file, head.asText());
      }
    }
    return heads;
  }

  /// The files whose pull request is no longer open. Closing leaves it at its last commit.
  Set<FetchFile> closed(JsonNode repository) {
    return byAlias.values().stream()
        .filter(file -> {
          JsonNode state = repository.path("h" + file.number()).path("state");
          return state.isTextual() && !state.asText().equals("OPEN");
        })
        .collect(Collectors.toSet());
  }

  /// A file's alias that an error points at, or that is null beside an error that points at none:
  /// null alone would mean that the commit does not exist.
  Set<String> doubtful(GraphQlAnswer answer) {
    Set<String> doubtful = new LinkedHashSet<>();
    boolean pointless = false;
    for (var error : answer.errors()) {
      String alias = aliasOf(error.path());
      if (byAlias.containsKey(alias)) {
        doubtful.add(alias);
      } else {
        pointless |= !HEAD_ALIAS.matcher(alias).matches();
      }
    }
    if (pointless) {
      JsonNode shown = answer.data().path("repository");
      byAlias.keySet().stream()
          .filter(alias -> !shown.path(alias).isObject())
          .forEach(doubtful::add);
    }
    return doubtful;
  }

  private static String aliasOf(List<String> path) {
    return path.size() < 2 ? "" : path.get(1);
  }
}

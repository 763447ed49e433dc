package dev.backstitch.loadtest.simulator.forge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.account.Account;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// A check of a commit, by an App.
///
/// @param fields what was said last of each field but the annotations, by GitHub's names; those of
///   `output` begin with that word and a dot
/// @param annotations everything that was ever sent: an update adds to them
public record CheckRun(
    long id,
    ObjectId commit,
    Account creator,
    Map<String, String> fields,
    List<JsonNode> annotations) {

  public CheckRun {
    fields = Map.copyOf(fields);
    annotations = List.copyOf(annotations);
  }

  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  public String name() {
    return fields.getOrDefault("name", "");
  }

  /// The same after more was said.
  CheckRun with(Map<String, String> newFields, List<JsonNode> moreAnnotations) {
    var fieldsNow = new LinkedHashMap<>(fields);
    fieldsNow.putAll(newFields);
    if (!"completed".equals(fieldsNow.get("status"))) {
      fieldsNow.remove("conclusion");
      fieldsNow.remove("completed_at");
    }
    var annotationsNow = new ArrayList<>(annotations);
    annotationsNow.addAll(moreAnnotations);
    return new CheckRun(id, commit, creator, fieldsNow, annotationsNow);
  }
}

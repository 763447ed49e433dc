package dev.backstitch.api.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A YAML file of syncs:
///
/// ```yaml
/// syncs:
///   - name: progress
///     repositories: [git-mastery/progress]
///     schedule: {every: 30m}
///     webhook: true
/// ```
final class SyncsFile {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final long MAX_BYTES = 1 << 20;

  private SyncsFile() {}

  /// The configurations in a file, by name, in its order.
  ///
  /// @throws CommandFailedException saying what is wrong with the file
  static Map<String, JsonNode> read(Path file) {
    JsonNode document = document(file);
    if (!document.path("syncs").isArray() || document.size() != 1) {
      throw new CommandFailedException(
          file + " must be a map with one member, a list called 'syncs'.");
    }
    Map<String, JsonNode> syncs = new LinkedHashMap<>();
    for (JsonNode sync : document.path("syncs")) {
      if (!(sync instanceof ObjectNode config) || !config.path("name").isTextual()) {
        throw new CommandFailedException(
            "Sync " + (syncs.size() + 1) + " in " + file + " must be a map with a 'name'.");
      }
      String name = config.path("name").asText();
      if (syncs.put(name, config.deepCopy().without("name")) != null) {
        throw new CommandFailedException(file + " has two syncs called '" + name + "'.");
      }
    }
    return syncs;
  }

  private static JsonNode document(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CommandFailedException(file + " is larger than " + MAX_BYTES + " bytes.");
      }
      return YAML.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailedException("There is no file " + file + ".", e);
    } catch (JsonProcessingException e) {
      throw new CommandFailedException(file + " is no YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CommandFailedException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  /// Where the API has a sync.
  static String path(String name) {
    return "/api/v1/syncs/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

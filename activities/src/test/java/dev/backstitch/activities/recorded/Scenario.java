package dev.backstitch.activities.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What GitHub was asked and answered, in this order, recorded by the makers of
/// `@octokit/fixtures`. See the NOTICE beside the recordings.
record Scenario(List<Exchange> exchanges) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FOLDER = "scenarios";
  private static final String SUFFIX = ".json";

  /// What belongs to one connection and not to the answer.
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "content-encoding", "transfer-encoding", "date");

  Scenario {
    exchanges = List.copyOf(exchanges);
  }

  static Scenario read(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Scenario.class.getResourceAsStream(FOLDER + "/" + name + SUFFIX), name)) {
      return new Scenario(JSON.readTree(in).valueStream().map(Exchange::new).toList());
    }
  }

  /// Those that are here, which are all of the package.
  static Set<String> names() throws IOException, URISyntaxException {
    URI folder = Objects.requireNonNull(Scenario.class.getResource(FOLDER), FOLDER).toURI();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .collect(Collectors.toSet());
    }
  }

  /// One request and its answer.
  record Exchange(JsonNode recorded) {

    String method() {
      return recorded.path("method").asText();
    }

    /// Which host was asked.
    String host() {
      return URI.create(recorded.path("scope").asText()).getHost();
    }

    String path() {
      return recorded.path("path").asText();
    }

    /// Text if the body was none of JSON, which is empty if there was none.
    JsonNode body() {
      return recorded.path("body");
    }

    String accept() {
      return recorded.path("reqheaders").path("accept").asText();
    }

    int status() {
      return recorded.path("status").asInt();
    }

    String header(String name) {
      return recorded.path("headers").path(name).asText();
    }

    /// Text if the body was none of JSON.
    JsonNode response() {
      return recorded.path("response");
    }

    byte[] responseBytes() {
      JsonNode response = response();
      if (recorded.path("responseIsBinary").asBoolean()) {
        return HexFormat.of().parseHex(response.asText());
      }
      return (response.isTextual() ? response.asText() : response.toString())
          .getBytes(StandardCharsets.UTF_8);
    }

    /// Whether this is what is asked.
    boolean isOf(ScriptedServer.Seen request) {
      return method().equalsIgnoreCase(request.method()) && path().equals(request.path());
    }

    /// Answers as it was answered then.
    ///
    /// @param here turns addresses of then into those of now
    void answer(ScriptedServer.Reply reply, UnaryOperator<String> here) throws IOException {
      recorded.path("headers").properties().stream()
          .filter(header -> !OF_THE_CONNECTION.contains(header.getKey()))
          .forEach(header -> reply.with(header.getKey(), here.apply(header.getValue().asText())));
      reply.bytes(status(), responseBytes());
    }
  }
}

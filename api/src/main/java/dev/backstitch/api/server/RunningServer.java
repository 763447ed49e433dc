package dev.backstitch.api.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.monitoring.HealthApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Finds the server of a home folder.
public final class RunningServer {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private RunningServer() {}

  /// The address of the server that owns the folder, if one does and answers.
  public static Optional<URI> find(Path home) {
    return ServerFile.read(home).filter(RunningServer::answers).map(ServerFile::address);
  }

  /// Whether the process that wrote the file answers where it said. Another program may have got
  /// the port after a crash, so the answer must name this process.
  static boolean answers(ServerFile file) {
    return health(file.address())
        .filter(health -> health.path("pid").asLong() == file.pid())
        .isPresent();
  }

  /// Whether a server of ours answers there.
  public static boolean answers(URI address) {
    return health(address).isPresent();
  }

  private static Optional<JsonNode> health(URI address) {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build()) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(address.resolve("/healthz")).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      JsonNode health = new ObjectMapper().readTree(answer.body());
      return answer.statusCode() == 200 && health.path("service").asText().equals(HealthApi.SERVICE)
          ? Optional.of(health)
          : Optional.empty();
    } catch (IOException e) {
      // Nobody listens there, or somebody who speaks another language.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}

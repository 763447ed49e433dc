package dev.backstitch.loadtest.peers;

import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.restate.sdk.Context;
import dev.restate.sdk.HandlerRunner;
import dev.restate.sdk.endpoint.Endpoint;
import dev.restate.sdk.endpoint.definition.HandlerDefinition;
import dev.restate.sdk.endpoint.definition.HandlerType;
import dev.restate.sdk.endpoint.definition.ServiceDefinition;
import dev.restate.sdk.endpoint.definition.ServiceType;
import dev.restate.sdk.http.vertx.RestateHttpServer;
import dev.restate.serde.Serde;
import dev.restate.serde.SerdeFactory;
import dev.restate.serde.jackson.JacksonSerdeFactory;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Restate: its server with a log of its own, its Java SDK, a service whose handler does the steps
/// by `ctx.run`, called over HTTP. See <https://docs.restate.dev/develop/java/overview/>.
public final class RestateEngine implements Engine {
  private static final String SERVICE = "Contest";
  private static final String HANDLER = "run";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LISTEN_SECONDS = 10;

  @Override
  public String name() {
    return "restate";
  }

  @Override
  public String settings() {
    return "restate-server 1.7.12, its log fsynced, default partitions; sdk-java-http 2.4.0, "
        + "handlers on virtual threads; called over HTTP";
  }

  @Override
  public Session open(Ground ground) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    HttpServer endpoint =
        RestateHttpServer.fromEndpoint(Endpoint.builder().bind(service(handlers)).build())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(LISTEN_SECONDS, TimeUnit.SECONDS);
    RestateServer server = RestateServer.start(Path.of(ground.folder()), client);
    server.register(client, endpoint.actualPort());
    return new Working(client, handlers, endpoint, server);
  }

  private static ServiceDefinition service(ExecutorService handlers) {
    SerdeFactory json = new JacksonSerdeFactory();
    Serde<Integer> number = json.create(Integer.class);
    HandlerRunner<Integer, Integer> steps =
        HandlerRunner.of(RestateEngine::steps, json, HandlerRunner.Options.withExecutor(handlers));
    return ServiceDefinition.of(
        SERVICE,
        ServiceType.SERVICE,
        List.of(HandlerDefinition.of(HANDLER, HandlerType.SHARED, number, number, steps)));
  }

  private static Integer steps(Context context, Integer steps) {
    for (int i = 0; i < steps; i++) {
      String payload = PAYLOAD;
      context.run(String.class, () -> payload);
    }
    return steps;
  }

  private record Working(
      HttpClient client, ExecutorService handlers, HttpServer endpoint, RestateServer server)
      implements Session {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      URI address = server.ingress(SERVICE, HANDLER);
      ClosedLoop.perform(work, latencies, () -> complete(address, work.steps()));
    }

    private Integer complete(URI address, int steps) throws IOException, InterruptedException {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address)
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(Integer.toString(steps)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("Restate answered " + answer.statusCode() + ": " + answer.body());
      }
      return Integer.valueOf(answer.body().strip());
    }

    @Override
    public void close() {
      server.close();
      endpoint.close();
      client.close();
      handlers.close();
    }
  }
}

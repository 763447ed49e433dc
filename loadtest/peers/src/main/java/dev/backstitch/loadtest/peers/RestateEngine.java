package dev.backstitch.loadtest.peers;

import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Effects;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Trials;
import dev.backstitch.loadtest.contest.Work;
import dev.restate.common.function.ThrowingBiFunction;
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
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Restate: its server with a log of its own, its Java SDK, a service whose handler does the steps
/// by `ctx.run`, called over HTTP. See <https://docs.restate.dev/develop/java/overview/>.
public final class RestateEngine implements Engine {
  private static final String SERVICE = "Contest";
  private static final String HANDLER = "run";
  private static final String CROWD = "crowd";
  private static final int CLIENTS = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LISTEN_SECONDS = 10;

  @Override
  public String name() {
    return "restate";
  }

  @Override
  public String settings() {
    return "restate-server 1.7.12, its log fsynced, default partitions; sdk-java-http 2.4.0, "
        + "handlers on virtual threads; called over HTTP; at most "
        + RestateServer.MOST_BETWEEN_RETRIES
        + " between two tries";
  }

  @Override
  public Session open(Ground ground) throws Exception {
    Path folder = Path.of(ground.folder());
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    Effects effects = Effects.open(ground);
    Optional<RestateServer.Left> left = RestateServer.left(folder);
    // A server that goes on living knows the services by their address.
    int port = left.map(RestateServer.Left::endpointPort).orElse(0);
    HttpServer endpoint =
        RestateHttpServer.fromEndpoint(Endpoint.builder().bind(service(handlers, effects)).build())
            .listen(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(LISTEN_SECONDS, TimeUnit.SECONDS);
    RestateServer server;
    if (left.isPresent()) {
      server = left.get().server();
    } else {
      server = RestateServer.start(folder, client);
      server.register(client, endpoint.actualPort());
    }
    return new Working(client, handlers, endpoint, server, effects);
  }

  /// A run of the crowd.
  record Member(int number, int steps, int stepMillis) {}

  private static ServiceDefinition service(ExecutorService handlers, Effects effects) {
    SerdeFactory json = new JacksonSerdeFactory();
    HandlerRunner.Options options = HandlerRunner.Options.withExecutor(handlers);
    Serde<Integer> number = json.create(Integer.class);
    Serde<Member> members = json.create(Member.class);
    HandlerRunner<Integer, Integer> steps = HandlerRunner.of(RestateEngine::steps, json, options);
    ThrowingBiFunction<Context, Member, Integer> member =
        (context, one) -> crowd(context, one, effects);
    HandlerRunner<Member, Integer> crowd = HandlerRunner.of(member, json, options);
    return ServiceDefinition.of(
        SERVICE,
        ServiceType.SERVICE,
        List.of(
            HandlerDefinition.of(HANDLER, HandlerType.SHARED, number, number, steps),
            HandlerDefinition.of(CROWD, HandlerType.SHARED, members, number, crowd)));
  }

  private static Integer crowd(Context context, Member member, Effects effects) {
    for (int i = 0; i < member.steps(); i++) {
      int step = i;
      context.run(
          String.class,
          () -> {
            effects.mark(member.number(), step);
            // The work of a step of this workload: the same sleep in every engine.
            Thread.sleep(member.stepMillis());
            return PAYLOAD;
          });
    }
    return member.steps();
  }

  private static Integer steps(Context context, Integer steps) {
    for (int i = 0; i < steps; i++) {
      String payload = PAYLOAD;
      context.run(String.class, () -> payload);
    }
    return steps;
  }

  private record Working(
      HttpClient client,
      ExecutorService handlers,
      HttpServer endpoint,
      RestateServer server,
      Effects effects)
      implements Session, Trials.Recoverable {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      HttpRequest call =
          request(SERVICE + "/" + HANDLER)
              .POST(HttpRequest.BodyPublishers.ofString(Integer.toString(work.steps())))
              .build();
      ClosedLoop.perform(work, latencies, () -> send(call));
    }

    @Override
    public void begin(Trials.Crowd crowd, Duration stepTime) throws Exception {
      each(
          crowd,
          number ->
              request(SERVICE + "/" + CROWD + "/send")
                  .header("idempotency-key", key(number))
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"number\": %d, \"steps\": %d, \"stepMillis\": %d}"
                              .formatted(number, crowd.steps(), stepTime.toMillis())))
                  .build());
    }

    @Override
    public void finish(Trials.Crowd crowd) throws Exception {
      each(
          crowd,
          number ->
              request("restate/invocation/%s/%s/%s/attach".formatted(SERVICE, CROWD, key(number)))
                  .build());
    }

    private void each(Trials.Crowd crowd, IntFunction<HttpRequest> call) throws Exception {
      AtomicInteger next = new AtomicInteger();
      ClosedLoop.perform(
          new Work(crowd.steps(), CLIENTS, crowd.runs(), PATIENCE),
          new Latencies(),
          () -> send(call.apply(next.getAndIncrement())));
    }

    private static String key(int number) {
      return "run-" + number;
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(server.ingress(path))
          .timeout(PATIENCE)
          .header("Content-Type", "application/json");
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException("Restate answered " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    }

    @Override
    public void close() {
      server.close();
      endpoint.close();
      client.close();
      handlers.close();
      try {
        effects.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

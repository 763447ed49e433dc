package dev.backstitch.loadtest.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.loadtest.witness.Statement;
import dev.backstitch.loadtest.witness.WitnessClient;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Clients, one per business key: each starts a run through any worker, sends it the signals that
/// it waits for and waits for its end through any, tells the witness what it was told, and starts
/// the next.
final class Load {
  private static final Logger log = LoggerFactory.getLogger(Load.class);
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final long PAUSE_MILLIS = 100;
  private static final int STARTERS = 64;
  private static final int MOST_THOUGHT_MILLIS = 400;
  private static final int ONE_OF_THEM_DOUBTS = 5;

  /// One of so many runs is cancelled, and one terminated.
  private static final int ENDED_ONE_OF = 12;

  private static final String RUNS = "/api/v1/runs";

  private final Supplier<List<URI>> servers;
  private final WitnessClient witness;
  private final List<Thread> clients = new ArrayList<>();
  private final LongAdder started = new LongAdder();
  private final LongAdder signals = new LongAdder();
  private final LongAdder ends = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private volatile boolean stopping;

  /// @param servers where workers serve, at this moment
  Load(Supplier<List<URI>> servers, WitnessClient witness) {
    this.servers = servers;
    this.witness = witness;
  }

  /// Begins.
  void start(int keys, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < keys; i++) {
      String key = "key-" + i;
      SplittableRandom random = seeds.split();
      clients.add(Thread.ofVirtual().name(key).start(() -> work(key, random)));
    }
  }

  /// Starts runs that only sleep, a part of them through each worker.
  ///
  /// @throws IllegalStateException if that takes longer
  void startSleepers(int runs, long seed, Duration patience) {
    AtomicInteger next = new AtomicInteger();
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Thread> starters = new ArrayList<>();
    for (int i = 0; i < STARTERS; i++) {
      SplittableRandom random = seeds.split();
      starters.add(
          Thread.ofVirtual()
              .name("starter-" + i)
              .start(() -> {
                while (next.getAndIncrement() < runs) {
                  startSleeper(random);
                }
              }));
    }
    Waiting.until(
        patience, runs + " runs to start", () -> starters.stream().noneMatch(Thread::isAlive));
  }

  private void startSleeper(SplittableRandom random) {
    String body =
        write(
            Map.of(
                "workflow", ChaosModule.SLEEPER, "input", Map.of("key", "sleeper", "number", 1)));
    try {
      untilYes(random, RUNS, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Method posting(String body) {
    return request ->
        request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /// How many starts were acknowledged.
  long started() {
    return started.sum();
  }

  /// How many signals were acknowledged.
  long signals() {
    return signals.sum();
  }

  /// How many cancels and terminations were acknowledged.
  long ends() {
    return ends.sum();
  }

  /// How many ends were acknowledged.
  long ended() {
    return ended.sum();
  }

  /// Starts nothing more, and waits until every client has heard of the end of its run.
  ///
  /// @return how many have not, in that time
  int stop(Duration patience) {
    stopping = true;
    long deadline = System.nanoTime() + patience.toNanos();
    int left = 0;
    for (Thread client : clients) {
      try {
        if (!client.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          client.interrupt();
          left++;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return left;
      }
    }
    http.shutdownNow();
    return left;
  }

  private void work(String key, SplittableRandom random) {
    try {
      for (int number = 1; !stopping; number++) {
        RunId run = begin(key, number, random);
        started.increment();
        witness.tell(new Statement.StartAcknowledged(run, key));
        speak(run, random);
        awaitEnd(run, random);
        ended.increment();
        witness.tell(new Statement.EndAcknowledged(run));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Says every word, or says at some point that the run shall end. A run that waits for words
  /// can't complete before that.
  private void speak(RunId run, SplittableRandom random) throws InterruptedException {
    int fate = random.nextInt(ENDED_ONE_OF);
    int changesItsMind = random.nextInt(1, ChaosModule.WORDS + 1);
    for (int word = 1; word <= ChaosModule.WORDS; word++) {
      Thread.sleep(random.nextInt(MOST_THOUGHT_MILLIS));
      if (word == changesItsMind && fate < 2) {
        end(run, fate == 0 ? RunStatus.CANCELLED : RunStatus.TERMINATED, random);
        return;
      }
      send(run, "word-" + word, random);
    }
  }

  /// Asks until a worker says yes, or that it is over: then an earlier question was heard.
  private void end(RunId run, RunStatus how, SplittableRandom random) throws InterruptedException {
    String path = RUNS + "/" + run + (how == RunStatus.CANCELLED ? "/cancel" : "/terminate");
    String body = write(Map.of("reason", "chaos", "actor", "chaos"));
    witness.tell(new Statement.EndAsked(run, how));
    while (ask(random, path, posting(body)).isEmpty()) {
      if (isOver(run, random)) {
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    witness.tell(new Statement.EndAccepted(run, how));
    ends.increment();
  }

  private boolean isOver(RunId run, SplittableRandom random) throws InterruptedException {
    return ask(random, RUNS + "/" + run, HttpRequest.Builder::GET)
        .map(document -> RunStatus.valueOf(document.path("status").asText()).isClosed())
        .orElse(false);
  }

  /// Asks until a worker says yes; the key makes it safe to ask again. When stopping too: the run
  /// may be there already, and waits for its signals.
  private RunId begin(String key, int number, SplittableRandom random) throws InterruptedException {
    String body =
        write(
            Map.of(
                "workflow",
                ChaosModule.WORKFLOW,
                "key",
                key,
                "input",
                Map.of("key", key, "number", number)));
    return RunId.parse(untilYes(random, RUNS, body).path("id").asText());
  }

  /// Asks until a worker says yes; the id makes it safe to ask again, as some do who were heard.
  private void send(RunId run, String id, SplittableRandom random) throws InterruptedException {
    String path = RUNS + "/" + run + "/signals";
    String body = write(Map.of("name", ChaosModule.WORD, "id", id, "payload", id));
    untilYes(random, path, body);
    witness.tell(new Statement.SignalAcknowledged(run, id));
    signals.increment();
    if (random.nextInt(ONE_OF_THEM_DOUBTS) == 0) {
      untilYes(random, path, body);
    }
  }

  private JsonNode untilYes(SplittableRandom random, String path, String body)
      throws InterruptedException {
    while (true) {
      Optional<JsonNode> answer = ask(random, path, posting(body));
      if (answer.isPresent()) {
        return answer.get();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void awaitEnd(RunId run, SplittableRandom random) throws InterruptedException {
    while (true) {
      Optional<JsonNode> answer =
          ask(random, RUNS + "/" + run + "/result?wait=2s", HttpRequest.Builder::GET);
      if (answer
          .map(result -> result.path("status").asText())
          .filter(status -> RunStatus.valueOf(status).isClosed())
          .isPresent()) {
        return;
      }
      Thread.sleep(answer.isPresent() ? 1 : PAUSE_MILLIS);
    }
  }

  private interface Method {
    HttpRequest.Builder on(HttpRequest.Builder request);
  }

  /// Asks any worker once. Empty if there was no good answer: it is dead, frozen, or cut off.
  private Optional<JsonNode> ask(SplittableRandom random, String path, Method method)
      throws InterruptedException {
    List<URI> known = servers.get();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    URI server = known.get(random.nextInt(known.size()));
    try {
      HttpResponse<String> response =
          http.send(
              method.on(HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 == 2) {
        return Optional.of(JSON.readTree(response.body()));
      }
      log.debug("event=refused status={} body={}", response.statusCode(), response.body());
    } catch (IOException e) {
      log.debug("event=not_answered server={}", server, e);
    }
    return Optional.empty();
  }

  private static String write(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request can't be written as JSON", e);
    }
  }
}

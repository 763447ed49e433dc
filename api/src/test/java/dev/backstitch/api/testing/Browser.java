package dev.backstitch.api.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A real Chromium with one tab, driven by its DevTools protocol
/// (https://chromedevtools.github.io/devtools-protocol/) over the JDK's own WebSocket.
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Texts whose contrast with the background behind them is below 4.5, after
  /// https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
  private static final String LOW_CONTRAST =
      """
      (() => {
        const parse = color => (color.match(/[\\d.]+/g) || []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
          .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = element => {
          for (let e = element; e; e = e.parentElement) {
            const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c;
          }
          return [255, 255, 255];
        };
        const low = [];
        for (const e of document.querySelectorAll('main *, header *')) {
          const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
          if (!own || e.closest('svg') || !e.getClientRects().length) continue;
          const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) low.push(e.className + ' ' + ratio.toFixed(2) + ' ' + e.textContent.slice(0, 30));
        }
        return low;
      })()
      """;

  private final Process process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final WebSocket socket;

  private Browser(Path program) throws Exception {
    profile = Files.createTempDirectory("backstitch-browser-");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("browser.log").toFile())
            .start();
    int port = port();
    HttpRequest tabs =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    JsonNode list = JSON.readTree(http.send(tabs, HttpResponse.BodyHandlers.ofString()).body());
    String address = "";
    for (JsonNode tab : list) {
      if (tab.path("type").asText().equals("page")) {
        address = tab.path("webSocketDebuggerUrl").asText();
      }
    }
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(address), new Answers())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    send("Page.enable", Map.of());
    send("Runtime.enable", Map.of());
  }

  /// The browser of this machine, if there is one.
  private static Optional<Path> find() {
    Optional<String> chosen = Optional.ofNullable(System.getenv("BACKSTITCH_BROWSER"));
    Stream<Path> usual =
        Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
            .flatMap(name ->
                Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
                    .map(folder -> Path.of(folder, name)));
    Stream<Path> mac =
        Stream.of(
            Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
            Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"));
    return Stream.of(chosen.stream().map(Path::of), usual, mac)
        .flatMap(places -> places)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Starts the browser of this machine; without one the test says that it was skipped, and why.
  public static Browser startOrSkip() throws Exception {
    Optional<Path> program = find();
    Assumptions.assumeTrue(
        program.isPresent(),
        "no Chromium or Chrome on the PATH; install one or set BACKSTITCH_BROWSER");
    return new Browser(program.orElseThrow());
  }

  /// Chromium writes the port it chose into a file of its profile.
  private int port() throws Exception {
    Path file = profile.resolve("DevToolsActivePort");
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until && process.isAlive()) {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() >= 2) {
          return Integer.parseInt(lines.getFirst());
        }
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError(
        "the browser did not start: " + Files.readString(profile.resolve("browser.log")));
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        dispatch(text.toString());
        text.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void dispatch(String message) {
      try {
        JsonNode json = JSON.readTree(message);
        CompletableFuture<JsonNode> waiting = answers.remove(json.path("id").asInt(-1));
        if (waiting != null) {
          waiting.complete(json);
        }
      } catch (IOException e) {
        throw new IllegalStateException("the browser sent no JSON: " + message, e);
      }
    }
  }

  /// Sends a command and waits for its answer.
  public JsonNode send(String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    try {
      socket.sendText(command.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      JsonNode json = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (json.has("error")) {
        throw new AssertionError(method + ": " + json.path("error"));
      }
      return json.path("result");
    } catch (Exception e) {
      throw new AssertionError(method + " was not answered", e);
    }
  }

  /// Opens a page and waits until it is loaded.
  public void open(URI address) {
    send("Page.navigate", Map.of("url", address.toString()));
    await("document.readyState === 'complete' && location.protocol !== 'chrome-error:'");
  }

  /// The value of a JavaScript expression; promises are awaited.
  public JsonNode evaluate(String expression) {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  public String text(String expression) {
    return evaluate(expression).asText();
  }

  /// Waits until the expression is true. The page itself looks again after every frame.
  public void await(String condition) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    String looked =
        "new Promise(done => { const until = Date.now() + 2000; const look = () => { let ok = false;"
            + " try { ok = !!("
            + condition
            + "); } catch (e) { ok = false; } if (ok || Date.now() > until) done(ok); else"
            + " setTimeout(look, 20); }; look(); })";
    while (System.nanoTime() < until) {
      try {
        if (evaluate(looked).asBoolean()) {
          return;
        }
      } catch (AssertionError e) {
        // The page was replaced while it was asked; ask the new one.
        if (System.nanoTime() > until) {
          throw e;
        }
      }
    }
    throw new AssertionError(
        "did not become true: "
            + condition
            + "\n"
            + text("document.body.innerText.slice(0, 3000)"));
  }

  /// What on the page is hard to read: texts whose contrast with what is behind them is too low.
  public JsonNode lowContrast() {
    return evaluate(LOW_CONTRAST);
  }

  /// Presses a key, such as `Tab` or `Enter`.
  public void press(String key) {
    String text = key.equals("Enter") ? "\r" : "";
    int code =
        switch (key) {
          case "Tab" -> 9;
          case "Enter" -> 13;
          default -> throw new IllegalArgumentException(key);
        };
    send(
        "Input.dispatchKeyEvent",
        Map.of(
            "type",
            "keyDown",
            "key",
            key,
            "code",
            key,
            "text",
            text,
            "windowsVirtualKeyCode",
            code));
    send(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
  }

  /// The size of the window, and light or dark.
  public void look(int width, int height, boolean dark) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /// Writes the whole page as PNG.
  public void screenshot(Path file) throws IOException {
    JsonNode shot =
        send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(shot.path("data").asText()));
  }

  @Override
  public void close() {
    try {
      send("Browser.close", Map.of());
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      // An open WebSocket would keep close() waiting.
      socket.abort();
      http.shutdownNow();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

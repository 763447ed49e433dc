package dev.backstitch.loadtest.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpListenerTest {

  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private HttpListener listener;

  @BeforeEach
  void listen() {
    listener =
        HttpListener.start(
            0,
            request -> {
              seen.add(request);
              return switch (request.path()) {
                case "/reset" -> new Reply.Reset();
                case "/short" -> new Reply.CutShort(answer("0123456789"), 4);
                default -> answer("hello");
              };
            });
  }

  private static Reply.Answer answer(String text) {
    return Reply.Answer.of(200, "text/plain", Body.of(text)).with("Date", "long ago");
  }

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void one_connection_serves_many_requests_and_sends_our_date() throws Exception {
    String answer =
        talk("GET /a?x=1 HTTP/1.1", "Host: h", "", "GET /b HTTP/1.1", "Connection: close", "", "");

    assertThat(answer.split("hello", -1)).hasSize(3);
    assertThat(answer).contains("HTTP/1.1 200 OK\r\n", "Date: long ago\r\n", "Connection: close");
    assertThat(seen).extracting(Request::target).containsExactly("/a?x=1", "/b");
  }

  @Test
  void bodies_come_with_a_length_or_in_chunks() throws Exception {
    talk("POST /l HTTP/1.1", "Content-Length: 3", "Connection: close", "", "abc");
    talk(
        "POST /c HTTP/1.1",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "",
        "3",
        "abc",
        "2;x=y",
        "de",
        "0",
        "Trailer: t",
        "",
        "");

    assertThat(seen).extracting(request -> request.body().text()).containsExactly("abc", "abcde");
  }

  @Test
  void a_reset_is_a_reset_and_not_an_end() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      socket
          .getOutputStream()
          .write("GET /reset HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));

      Assertions.assertThatExceptionOfType(SocketException.class)
          .isThrownBy(() -> socket.getInputStream().read())
          .withMessageContaining("reset");
    }
  }

  @Test
  void a_cut_answer_announces_more_than_comes() throws Exception {
    String answer = talk("GET /short HTTP/1.1", "", "");

    assertThat(answer).contains("Content-Length: 10").endsWith("\r\n\r\n0123");
  }

  @Test
  void what_is_no_http_ends_the_connection_and_nothing_else() throws Exception {
    assertThat(talk("nonsense", "", "")).isEmpty();
    assertThat(talk("GET / HTTP/1.1", "no colon", "", "")).isEmpty();
    assertThat(talk("POST / HTTP/1.1", "Content-Length: -3", "", "")).isEmpty();
    assertThat(talk("GET / HTTP/1.1", "Connection: close", "", "")).endsWith("hello");
    assertThat(seen).hasSize(1);
  }

  @Test
  void a_head_that_lacks_its_end_is_no_request() throws Exception {
    assertThat(talk("GET / HTTP/1.1", "Host: here", "X-GitHub-Api-Version: 2022")).isEmpty();
    assertThat(seen).isEmpty();
  }

  @Test
  void an_address_in_use_is_a_clear_error() {
    Assertions.assertThatThrownBy(() -> HttpListener.start(listener.port(), _ -> answer("never")))
        .hasMessageContaining("cannot listen on port " + listener.port());
  }

  @Test
  void closing_waits_for_the_request_that_is_being_answered() throws Exception {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var finished = new AtomicBoolean();
    var busy =
        HttpListener.start(
            0,
            _ -> {
              entered.countDown();
              release.await();
              finished.set(true);
              return answer("late");
            });
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), busy.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      entered.await();
      Thread closing = Thread.ofVirtual().start(busy::close);

      // Only the closing itself ends the connection now.
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      assertThat(closing.isAlive()).isTrue();
      release.countDown();
      closing.join();

      assertThat(finished).isTrue();
    }
  }

  @Test
  void closing_interrupts_what_takes_too_long() throws Exception {
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var busy =
        HttpListener.start(
            0,
            _ -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return answer("never");
            });
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), busy.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      entered.await();

      busy.close();

      assertThat(interrupted.getCount()).isZero();
    }
  }

  @Test
  void paths_and_parameters_are_decoded() {
    var request =
        new Request(
            "GET",
            "/repos/a%20b/contents/x%2Fy+z",
            "ref=main&name=a%26b+c&empty",
            new TreeMap<>(Map.of("accept", "x")),
            Body.EMPTY);

    assertThat(request.segments()).containsExactly("repos", "a b", "contents", "x/y+z");
    assertThat(request.parameters())
        .containsExactly(
            Map.entry("ref", "main"), Map.entry("name", "a&b c"), Map.entry("empty", ""));
    assertThat(request.header("Accept")).contains("x");
  }

  @Test
  void the_jdks_client_gets_on_with_it() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + listener.port() + "/x");
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(InputStream::nullInputStream))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("hello");
      }
    }
  }

  /// Sends lines, each but the last with its end, and nothing more; reads until the other side
  /// closes.
  private String talk(String... lines) throws IOException {
    String request = String.join("\r\n", lines);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package dev.backstitch.loadtest.simulator.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One client's connection: reads requests one after the other and writes what the handler replies.
final class Connection {

  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_BODY_BYTES = 128 * 1024 * 1024;

  private final Socket socket;
  private final Handler handler;
  private final InputStream in;
  private final OutputStream out;

  Connection(Socket socket, Handler handler) throws IOException {
    this.socket = socket;
    this.handler = handler;
    this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
  }

  void run() throws IOException, InterruptedException {
    while (true) {
      Optional<Request> request = read();
      if (request.isEmpty() || !reply(request.get())) {
        return;
      }
    }
  }

  private boolean reply(Request request) throws IOException, InterruptedException {
    boolean last =
        request.header("Connection").map(value -> value.equalsIgnoreCase("close")).orElse(false);
    return switch (handler.handle(request)) {
      case Reply.Answer answer -> {
        writeHead(answer, last);
        if (!request.method().equals("HEAD")) {
          answer.body().writeTo(out, Integer.MAX_VALUE);
        }
        out.flush();
        yield !last;
      }
      case Reply.Reset() -> {
        // With a linger time of zero, close sends RST instead of FIN.
        socket.setSoLinger(true, 0);
        yield false;
      }
      case Reply.Slow(Reply.Answer answer, Duration delay) -> {
        writeHead(answer, last);
        int half = answer.body().size() / 2;
        out.write(answer.body().bytes(), 0, half);
        out.flush();
        Thread.sleep(delay);
        out.write(answer.body().bytes(), half, answer.body().size() - half);
        out.flush();
        yield !last;
      }
      case Reply.CutShort(Reply.Answer answer, int keptBytes) -> {
        writeHead(answer, last);
        answer.body().writeTo(out, keptBytes);
        out.flush();
        yield false;
      }
    };
  }

  private void writeHead(Reply.Answer answer, boolean last) throws IOException {
    var head = new StringBuilder(512);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
    head.append("\r\n");
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    if (answer.status() != 304 && answer.status() != 204) {
      head.append("Content-Length: ").append(answer.body().size()).append("\r\n");
    }
    if (last) {
      head.append("Connection: close\r\n");
    }
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The next request, or empty when the client has closed its side between two requests.
  private Optional<Request> read() throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return Optional.empty();
    }
    in.reset();
    String first = readLine();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    int afterMethod = first.indexOf(' ');
    int afterTarget = first.lastIndexOf(' ');
    if (afterMethod < 0 || afterTarget <= afterMethod) {
      throw new IOException("Not an HTTP request line: " + first);
    }
    String target = first.substring(afterMethod + 1, afterTarget);
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    int headBytes = first.length();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      headBytes += line.length();
      int colon = line.indexOf(':');
      if (colon < 1 || headBytes > MAX_HEAD_BYTES) {
        throw new IOException("Not an HTTP header, or too many of them: " + line);
      }
      headers.merge(
          line.substring(0, colon).strip(),
          line.substring(colon + 1).strip(),
          (one, two) -> one + ", " + two);
    }
    int question = target.indexOf('?');
    return Optional.of(
        new Request(
            first.substring(0, afterMethod).toUpperCase(Locale.ROOT),
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            headers,
            Body.of(readBody(headers))));
  }

  private byte[] readBody(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("Expect", "").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    if (headers.getOrDefault("Transfer-Encoding", "").equalsIgnoreCase("chunked")) {
      return readChunks();
    }
    String length = headers.get("Content-Length");
    return length == null ? new byte[0] : readExactly(bodyLength(length, 10));
  }

  private byte[] readChunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String line = readLine();
      int extension = line.indexOf(';');
      int length = bodyLength(extension < 0 ? line : line.substring(0, extension), 16);
      if (length == 0) {
        while (!readLine().isEmpty()) {
          // Trailers carry nothing the simulator uses.
        }
        return body.toByteArray();
      }
      if (body.size() + length > MAX_BODY_BYTES) {
        throw new IOException("The request body is larger than " + MAX_BODY_BYTES + " bytes");
      }
      body.write(readExactly(length));
      readLine();
    }
  }

  private static int bodyLength(String text, int radix) throws IOException {
    try {
      int length = Integer.parseInt(text.strip(), radix);
      if (length >= 0 && length <= MAX_BODY_BYTES) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw new IOException("Not a body length: " + text, e);
    }
    throw new IOException("The request body is larger than " + MAX_BODY_BYTES + " bytes");
  }

  private byte[] readExactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("The client closed the connection inside a body");
    }
    return bytes;
  }

  /// One line without its end; empty at the end of a head.
  ///
  /// @throws EOFException if the client went away before the line was whole: a head that lacks its
  ///   last headers must not be taken for one that never had them
  private String readLine() throws IOException {
    var line = new ByteArrayOutputStream(128);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("The client closed the connection inside a request");
      }
      if (line.size() > MAX_HEAD_BYTES) {
        throw new IOException("A line of the request head is too long");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 202 -> "Accepted";
      case 201 -> "Created";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 422 -> "Unprocessable Entity";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Status " + status;
    };
  }
}

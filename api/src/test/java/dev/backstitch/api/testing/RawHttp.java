package dev.backstitch.api.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Requests that no well-behaved client would send.
public final class RawHttp {
  private RawHttp() {}

  /// Sends these bytes and gives the whole answer, until the server closes the connection.
  ///
  /// @param lines joined by CRLF; `Connection: close` should be among them
  public static String send(URI address, String... lines) {
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.backstitch.migrations;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Chooses the loopback port of a server.
///
/// Free ports are taken from below the range that Linux and macOS use for outgoing connections:
/// inside of it, a client that tries again and again to reach a server that is down will sooner or
/// later be given the very port it calls, connect to itself, and so keep the server from coming
/// back.
final class Ports {

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_767;
  private static final int TRIES = 200;

  private Ports() {}

  /// The configured port if there is one, otherwise the last one if it is free, otherwise any.
  static int choose(int configured, int last) {
    if (configured != 0) {
      if (!isFree(configured)) {
        throw EmbeddedPostgresException.portTaken(configured);
      }
      return configured;
    }
    if (last != 0 && isFree(last)) {
      return last;
    }
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (isFree(port)) {
        return port;
      }
    }
    throw EmbeddedPostgresException.portTaken(HIGHEST);
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      // Taken, or not ours to take: the caller chooses another one.
      return false;
    }
  }
}

package dev.backstitch.api.http;

/// Another program listens where the server was to listen.
public final class PortTakenException extends RuntimeException {
  private final String host;
  private final int port;

  PortTakenException(String host, int port, Throwable cause) {
    super(
        "Port "
            + port
            + " on "
            + host
            + " is taken by another program. Pass another one, such as --port "
            + (port + 1)
            + ", or --port 0 for any that is free.",
        cause);
    this.host = host;
    this.port = port;
  }

  /// The address that was asked for.
  public String host() {
    return host;
  }

  /// The port that was asked for.
  public int port() {
    return port;
  }
}

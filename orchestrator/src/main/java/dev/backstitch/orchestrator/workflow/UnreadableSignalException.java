package dev.backstitch.orchestrator.workflow;

/// Thrown inside a workflow that receives a signal whose payload does not fit the channel's type.
/// That is the sender's fault and costs this one signal: the next one is received as ever.
public final class UnreadableSignalException extends RuntimeException {
  private final String name;
  private final String id;

  /// @param name the channel
  /// @param id the sender's name for the signal
  /// @param type what the channel carries
  /// @param cause how the payload does not fit; not part of the message, which replay must repeat
  public UnreadableSignalException(String name, String id, Class<?> type, Throwable cause) {
    super("signal " + id + " to " + name + " holds no " + type.getSimpleName(), cause);
    this.name = name;
    this.id = id;
  }

  /// The channel.
  public String name() {
    return name;
  }

  /// The sender's name for the signal.
  public String id() {
    return id;
  }

  /// As recorded data, of type `unreadable-signal`.
  public Failure failure() {
    return new Failure("unreadable-signal", String.valueOf(getMessage()));
  }
}

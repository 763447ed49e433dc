package dev.backstitch.loadtest.chaos;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Closes the stage when the command ends, also when it is ended by Ctrl-C: then the evidence
/// stays, and it is said where.
final class Curtain implements AutoCloseable {
  private final AtomicReference<AutoCloseable> stage = new AtomicReference<>(() -> {});
  private final Thread whenInterrupted;

  private Curtain(Path folder, Consumer<String> say) {
    this.whenInterrupted =
        Thread.ofPlatform()
            .name("stop-chaos")
            .unstarted(() -> {
              closeStage();
              say.accept("stopped; the evidence so far is in " + folder);
            });
  }

  static Curtain over(Path folder, Consumer<String> say) {
    Curtain curtain = new Curtain(folder, say);
    Runtime.getRuntime().addShutdownHook(curtain.whenInterrupted);
    return curtain;
  }

  /// Takes what must be closed.
  Stage close(Stage open) {
    stage.set(open);
    return open;
  }

  @Override
  public void close() {
    closeStage();
    try {
      Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook does the same.
    }
  }

  private void closeStage() {
    try {
      stage.get().close();
    } catch (Exception e) {
      throw new IllegalStateException("the stage could not be closed", e);
    }
  }
}

package dev.backstitch.loadtest.chaos;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/// Puts a load of its own on the workers of a performance.
public interface ChaosGuest {
  /// Nobody.
  ChaosGuest NOBODY =
      new ChaosGuest() {
        @Override
        public void begin(Supplier<List<URI>> servers) {}

        @Override
        public void end() {}
      };

  /// The faults are about to begin. Must not block.
  ///
  /// @param servers where workers serve, at any moment; some may be dead or frozen
  void begin(Supplier<List<URI>> servers);

  /// The faults are over. Returns when nothing more of its load is on its way.
  void end();
}

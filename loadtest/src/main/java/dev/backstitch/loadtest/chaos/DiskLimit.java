package dev.backstitch.loadtest.chaos;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A disk without room, for PostgreSQL alone: no file of it may grow beyond 16 MiB (`prlimit`),
/// which is the size of a segment of its write-ahead log. So commits go on for as long as no table
/// or index above that size must grow, and then fail as they do on a full disk.
final class DiskLimit {
  /// Without a table or index above this size the limit harms nobody.
  static final long BYTES = 16L << 20;

  private static final String LIMITED = "--fsize=" + BYTES + ":unlimited";
  private static final String UNLIMITED = "--fsize=unlimited:unlimited";

  private final Supplier<Optional<Long>> postmaster;

  DiskLimit(Supplier<Optional<Long>> postmaster) {
    this.postmaster = postmaster;
  }

  /// Whether this machine and user can do that.
  boolean isAvailable() {
    try {
      postmaster.get().ifPresent(pid -> set(pid, UNLIMITED));
      return postmaster.get().isPresent();
    } catch (IllegalStateException | UncheckedIOException e) {
      return false;
    }
  }

  void fill() {
    setAll(LIMITED);
  }

  void empty() {
    setAll(UNLIMITED);
  }

  /// The postmaster first: whom it starts from then on inherits the limit.
  private void setAll(String limit) {
    postmaster
        .get()
        .flatMap(ProcessHandle::of)
        .ifPresent(server -> {
          set(server.pid(), limit);
          List<ProcessHandle> sessions = new ArrayList<>(server.children().toList());
          for (ProcessHandle session : sessions) {
            try {
              set(session.pid(), limit);
            } catch (IllegalStateException e) {
              if (session.isAlive()) {
                throw e;
              }
            }
          }
        });
  }

  private static void set(long pid, String limit) {
    JavaProcess.run(List.of("prlimit", "--pid", Long.toString(pid), limit));
  }
}

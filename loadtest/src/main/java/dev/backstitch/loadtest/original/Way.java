package dev.backstitch.loadtest.original;

/// How the original's script was run over time.
public enum Way {
  /// One pull request after the other, every one of them every time.
  SERIAL(1, false),
  /// Eight threads, and pull requests whose head is unchanged are left out.
  THREADS_WITH_SKIP(8, true);

  private final int threads;
  private final boolean skip;

  Way(int threads, boolean skip) {
    this.threads = threads;
    this.skip = skip;
  }

  int threads() {
    return threads;
  }

  boolean skip() {
    return skip;
  }
}

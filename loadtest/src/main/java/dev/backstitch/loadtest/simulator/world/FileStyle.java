package dev.backstitch.loadtest.simulator.world;

/// How a student's tool laid the file out. The sync must bring all of them to one form.
enum FileStyle {
  /// Indented by two, everything outside ASCII escaped: what the usual tool writes.
  PYTHON_INDENTED,
  /// No space at all, text in plain UTF-8.
  COMPACT_UTF8,
  /// One line with spaces after separators, and a newline at the end.
  PYTHON_ONE_LINE
}

package dev.backstitch.api.command;

import java.util.List;

/// Commands that a jar adds to the command line, by naming an implementation with a public
/// no-argument constructor in `META-INF/services/dev.backstitch.api.command.CommandModule`.
public interface CommandModule {

  /// New instances of classes annotated as picocli commands.
  List<Object> commands();
}

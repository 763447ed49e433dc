package dev.backstitch.loadtest.load.report;

import java.util.List;

/// A drawing with what belongs to it.
///
/// @param names what the colours mean, in their order; empty if the drawing says it
/// @param commands what measures it again
record Plot(
    String title, String explanation, String svg, List<String> names, List<String> commands) {

  Plot {
    names = List.copyOf(names);
    commands = List.copyOf(commands);
  }
}

package dev.backstitch.loadtest.load.report;

import java.util.List;

/// A drawing with what belongs to it.
///
/// @param commands what measures it again
record Plot(String title, String explanation, String svg, List<String> commands) {

  Plot {
    commands = List.copyOf(commands);
  }
}

package dev.backstitch.loadtest.load.report;

import dev.backstitch.orchestrator.history.EventCodec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A report's two files.
public final class ReportFiles {
  private static final String PAGE = "report.html";
  private static final String DATA = "report.json";

  private ReportFiles() {}

  /// Makes the folder if it is missing.
  ///
  /// @throws IllegalArgumentException if nothing can be written there; better known before an hour
  ///   of load than after it
  public static void requireWritable(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException("--report " + folder + " is a file, not a folder", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("--report " + folder + " can't be made: " + e, e);
    }
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException("--report " + folder + " can't be written");
    }
  }

  /// Writes both, over what is there.
  ///
  /// @return the page
  public static Path write(LoadReport report, Path folder) throws IOException {
    Files.write(
        folder.resolve(DATA),
        EventCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    Path page = folder.resolve(PAGE);
    Files.writeString(page, ReportPage.of(report));
    return page;
  }
}

package dev.backstitch.activities.git;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The questions of version 2 of git's protocol (https://git-scm.com/docs/protocol-v2), and how
/// their answers are read.
final class Question {

  private Question() {}

  /// What a host offers.
  ///
  /// @param filter whether large files can be left out
  record Offer(boolean filter) {}

  /// @throws IOException if it does not speak version 2
  static Offer offer(byte[] advertisement) throws IOException {
    var packets = new Packets(advertisement);
    boolean version2 = false;
    boolean filter = false;
    while (!packets.atEnd()) {
      String line = packets.nextLine().orElse("");
      version2 |= line.equals("version 2");
      filter |= line.startsWith("fetch=") && (line + " ").contains("filter ");
    }
    if (!version2) {
      throw new IOException("it does not speak version 2 of git's protocol");
    }
    return new Offer(filter);
  }

  /// Where refs stand.
  static byte[] refs(Collection<String> names) {
    Packets.Writer question = new Packets.Writer().line("command=ls-refs").delimiter();
    names.forEach(name -> question.line("ref-prefix " + name));
    return question.flush();
  }

  /// The object that each ref shows, by the ref's name. More may be shown than were asked for.
  static Map<String, String> shownRefs(byte[] answer) throws IOException {
    var packets = new Packets(answer);
    Map<String, String> refs = new HashMap<>();
    for (Optional<String> line = packets.nextLine(); line.isPresent(); line = packets.nextLine()) {
      String[] parts = line.get().split(" ", -1);
      if (parts.length < 2) {
        throw new IOException("a ref has no name");
      }
      refs.put(parts[1], parts[0]);
    }
    return refs;
  }

  /// Commits without their history, and without larger files if the host can leave them out.
  static byte[] commits(Collection<String> oids, Offer offer, long maxFileBytes) {
    Packets.Writer question =
        new Packets.Writer()
            .line("command=fetch")
            .delimiter()
            .line("no-progress")
            .line("ofs-delta")
            .line("deepen 1");
    if (offer.filter()) {
      // What has as many bytes as the limit is left out too.
      question.line("filter blob:limit=" + (maxFileBytes + 1));
    }
    oids.forEach(oid -> question.line("want " + oid));
    return question.line("done").flush();
  }

  /// The pack in an answer, behind the sections that tell where the history was cut.
  static InputStream pack(byte[] answer) throws IOException {
    var packets = new Packets(answer);
    while (!packets.atEnd()) {
      if (packets.nextLine().orElse("").equals("packfile")) {
        return packets.firstBand();
      }
    }
    throw new IOException("there is no pack in it");
  }
}

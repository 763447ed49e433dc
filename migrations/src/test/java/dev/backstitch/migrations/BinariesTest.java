package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {

  @TempDir private Path folder;
  private ServerUser user;

  @BeforeEach
  void choose_the_user() throws IOException {
    user = ServerUser.forHome(HomeFolder.open(Files.createDirectory(folder.resolve("home"))));
  }

  @Test
  void several_at_once_find_the_same_programs_which_are_unpacked_again_when_damaged()
      throws IOException, InterruptedException {
    Path parent = folder.resolve("programs");
    Callable<Binaries> unpack = () -> Binaries.in(parent, user);
    List<Binaries> found;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      found = threads.invokeAll(List.of(unpack, unpack)).stream().map(Future::resultNow).toList();
    }
    assertThat(found.getFirst()).isEqualTo(found.getLast());
    Path program = found.getFirst().program("postgres");
    Path timeZone = found.getFirst().folder().resolve("share/postgresql/timezone/Etc/UTC");
    assertThat(program).isExecutable();
    assertThat(parent.toFile().list()).hasSize(1);

    // As after a power cut, and as by a service that cleans temporary folders.
    Files.writeString(program, "");
    Files.delete(timeZone);
    Binaries repaired = Binaries.in(parent, user);

    assertThat(repaired).isEqualTo(found.getFirst());
    assertThat(program).isNotEmptyFile();
    assertThat(timeZone).exists();
    assertThat(parent.toFile().list()).hasSize(1);
  }

  @Test
  void programs_that_others_can_change_are_not_run() throws IOException {
    Binaries binaries = Binaries.in(ChildProcess.BINARIES, user);
    var ours = Files.getPosixFilePermissions(binaries.folder());
    try {
      Files.setPosixFilePermissions(
          binaries.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThatThrownBy(() -> Binaries.in(ChildProcess.BINARIES, user))
          .hasMessageContaining("BST-PG-001")
          .hasMessageContaining("another user");
    } finally {
      Files.setPosixFilePermissions(binaries.folder(), ours);
    }
  }

  @Test
  void an_archive_cannot_write_or_link_outside_of_its_folder() {
    for (byte[] archive :
        List.of(
            entry("../outside", '0', ""),
            entry("inside", '2', "../../outside"),
            entry("inside", '2', "/etc/passwd"))) {
      assertThatThrownBy(() ->
              TarArchive.unpack(
                  new ByteArrayInputStream(archive), folder.resolve("target"), _ -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("outside of its folder");
    }
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  void an_entry_of_an_unknown_type_is_an_error_and_not_left_out() {
    byte[] device = entry("device", '3', "");

    assertThatThrownBy(() -> TarArchive.unpack(new ByteArrayInputStream(device), folder, _ -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("type 3");
  }

  /// One entry without content, and the end of the archive.
  private static byte[] entry(String name, char type, String link) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, "00000000000");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar  ");
    var archive = new ByteArrayOutputStream();
    archive.writeBytes(header);
    archive.writeBytes(new byte[1024]);
    return archive.toByteArray();
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}

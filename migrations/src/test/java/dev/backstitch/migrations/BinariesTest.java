package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class BinariesTest {

  private static final int BLOCK = 512;
  private static final byte[] END = new byte[2 * BLOCK];

  @TempDir private Path folder;
  private ServerUser user;

  @BeforeEach
  void choose_the_user() throws IOException {
    user = ServerUser.forHome(HomeFolder.open(Files.createDirectory(folder.resolve("home"))));
  }

  @Test
  void several_at_once_find_the_same_programs() throws IOException, InterruptedException {
    Path parent = folder.resolve("programs");
    URL packed = packed();
    Callable<Binaries> unpack = () -> Binaries.in(parent, user, packed);
    List<Binaries> found;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      found =
          threads.invokeAll(Collections.nCopies(8, unpack)).stream()
              .map(Future::resultNow)
              .toList();
    }

    assertThat(found.stream().distinct()).hasSize(1);
    assertThat(found.getFirst().program("postgres")).isExecutable().hasContent("the server");
    assertThat(parent.toFile().list()).hasSize(1);
  }

  /// As after a power cut, and as by a service that cleans temporary folders file by file.
  @Test
  void damaged_programs_are_unpacked_again() throws IOException {
    Path parent = folder.resolve("programs");
    Binaries binaries = Binaries.in(parent, user, packed());
    Path program = binaries.program("postgres");
    Path timeZone = binaries.folder().resolve("share/UTC");

    Files.writeString(program, "");
    Binaries.in(parent, user, packed());
    assertThat(program).isExecutable().hasContent("the server");

    Files.delete(timeZone);
    Binaries.in(parent, user, packed());
    assertThat(timeZone).exists();
    assertThat(parent.toFile().list()).hasSize(1);
  }

  @Test
  void programs_that_others_can_change_are_not_run() throws IOException {
    Path parent = folder.resolve("programs");
    Binaries binaries = Binaries.in(parent, user, packed());
    Files.setPosixFilePermissions(binaries.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> Binaries.in(parent, user, packed()))
        .hasMessageContaining("BST-PG-001")
        .hasMessageContaining("another user");
  }

  private URL packed() throws IOException {
    Path file = folder.resolve("programs.txz");
    try (var out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options())) {
      out.write(entry("bin/postgres", "0000755", '0', "", "the server"));
      out.write(entry("lib/left-out.a", "0000644", '0', "", "for compilers"));
      out.write(entry("share/UTC", "0000644", '0', "", "zone"));
      out.write(END);
    }
    return file.toUri().toURL();
  }

  @Test
  void an_archive_cannot_write_or_link_outside_of_its_folder() {
    for (byte[] archive :
        List.of(
            entry("../outside", "0000644", '0', "", ""),
            entry("inside", "0000644", '2', "../../outside", ""),
            entry("inside", "0000644", '2', "/etc/passwd", ""))) {
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
    byte[] device = entry("device", "0000644", '3', "", "");

    assertThatThrownBy(() -> TarArchive.unpack(new ByteArrayInputStream(device), folder, _ -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("type 3");
  }

  private static byte[] entry(String name, String mode, char type, String link, String content) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, mode);
    put(header, 124, "%011o".formatted(content.length()));
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar  ");
    byte[] padded =
        Arrays.copyOf(content.getBytes(StandardCharsets.UTF_8), content.isEmpty() ? 0 : BLOCK);
    var entry = new ByteArrayOutputStream();
    entry.writeBytes(header);
    entry.writeBytes(padded);
    return entry.toByteArray();
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}

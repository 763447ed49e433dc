package dev.backstitch.activities.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The names were computed by `git hash-object --stdin`, also in a repository made with
/// `--object-format=sha256`.
class GitBlobTest {

  @Test
  void contents_have_the_name_that_git_gives_them() {
    assertThat(GitBlob.oid(new byte[0])).isEqualTo("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    assertThat(GitBlob.oid(bytes("{}"))).isEqualTo("9e26dfeeb6e641a33dae4961196235bdb965b21b");
  }

  @Test
  void both_of_gits_hashes_are_recognized() {
    assertThat(GitBlob.isOf("9e26dfeeb6e641a33dae4961196235bdb965b21b", bytes("{}"))).isTrue();
    assertThat(
            GitBlob.isOf(
                "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813", new byte[0]))
        .isTrue();
    assertThat(GitBlob.isOf("9e26dfeeb6e641a33dae4961196235bdb965b21b", bytes("{ }"))).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

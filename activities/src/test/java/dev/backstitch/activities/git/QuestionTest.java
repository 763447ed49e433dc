package dev.backstitch.activities.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {
  private static final String OID = "3f1d63defb99771480cefd85897dc820645f5ddd";

  @Test
  void github_names_its_service_before_what_it_offers() throws Exception {
    byte[] advertisement =
        bytes(
            "001e# service=git-upload-pack\n0000"
                + "000eversion 2\n"
                + "0027fetch=shallow wait-for-done filter\n"
                + "0000");

    assertThat(Question.offer(advertisement)).isEqualTo(new Question.Offer(true));
  }

  @Test
  void others_do_not_and_may_have_no_filter() throws Exception {
    assertThat(Question.offer(bytes("000eversion 2\n0012fetch=shallow\n0000")))
        .isEqualTo(new Question.Offer(false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "000eversion 1\n0000",
        "000eversion 2",
        "<html>",
        "zzzz",
        "0009ERR x",
        "0013ERR access denied\n"
      })
  void what_is_no_version_2_is_refused(String advertisement) {
    assertThatThrownBy(() -> Question.offer(bytes(advertisement))).isInstanceOf(IOException.class);
  }

  @Test
  void refs_are_asked_for_by_their_names() throws Exception {
    byte[] question = Question.refs(List.of("refs/pull/7/head"));

    assertThat(question)
        .asString()
        .isEqualTo("0014command=ls-refs\n0001" + "0020ref-prefix refs/pull/7/head\n" + "0000");
    String answer = "003e" + OID + " refs/pull/7/head\n0000";
    assertThat(Question.shownRefs(bytes(answer))).containsEntry("refs/pull/7/head", OID).hasSize(1);
    assertThatThrownBy(() -> Question.shownRefs(bytes("0008abc\n0000")))
        .hasMessageContaining("no name");
  }

  @Test
  void commits_are_asked_for_without_history_and_without_what_is_too_large() {
    assertThat(Question.commits(List.of(OID), new Question.Offer(true), 10))
        .asString()
        .contains("deepen 1\n", "filter blob:limit=11\n", "want " + OID + "\n", "done\n")
        .endsWith("0000");
    assertThat(Question.commits(List.of(OID), new Question.Offer(false), 10))
        .asString()
        .doesNotContain("filter");
  }

  @Test
  void a_pack_is_what_the_first_band_carries() throws Exception {
    byte[] answer =
        bytes(
            "0011shallow-info\n0035shallow "
                + OID
                + "\n0001"
                + "000dpackfile\n"
                + "0009\u0002wait"
                + "0008\u0001PAC"
                + "0006\u0001K"
                + "0000");

    assertThat(Question.pack(answer).readAllBytes()).asString().isEqualTo("PACK");
  }

  @Test
  void an_error_or_an_early_end_of_a_pack_is_told() {
    assertThatThrownBy(() -> Question.pack(bytes("000dpackfile\n000a\u0003alas!0000")))
        .hasMessage("alas!");
    assertThatThrownBy(() -> Question.pack(bytes("000dpackfile\n0009\u0001PACK")))
        .hasMessageContaining("ends within");
    assertThatThrownBy(() -> Question.pack(bytes("0011shallow-info\n0000")))
        .hasMessageContaining("no pack");
    assertThatThrownBy(() -> Question.pack(bytes("000dpackfile\n0006\u00090000")))
        .hasMessageContaining("no band");
  }

  @Test
  void a_pack_with_an_object_that_swells_is_refused() throws Exception {
    HermeticSystem.install();
    byte[] swelling = onePack(3 * 1024 * 1024);
    byte[] modest = onePack(1024 * 1024);

    assertThat(swelling.length).as("it is small on the wire").isLessThan(10_000);
    assertThatThrownBy(() -> Pack.read(new ByteArrayInputStream(swelling), true))
        .isInstanceOf(TooLargeObjectInPackException.class);
    Pack.read(new ByteArrayInputStream(modest), true).close();
  }

  /// A pack that holds one blob of zeros.
  private static byte[] onePack(int size) throws Exception {
    var deflated = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(new byte[size]);
    }
    var pack = new ByteArrayOutputStream();
    pack.writeBytes(bytes("PACK"));
    pack.writeBytes(new byte[] {0, 0, 0, 2, 0, 0, 0, 1});
    int type = 3 << 4;
    int left = size >>> 4;
    pack.write(type | (size & 15) | (left > 0 ? 0x80 : 0));
    while (left > 0) {
      pack.write((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      left >>>= 7;
    }
    pack.writeBytes(deflated.toByteArray());
    pack.writeBytes(MessageDigest.getInstance("SHA-1").digest(pack.toByteArray()));
    return pack.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

package dev.backstitch.activities.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppKeyTest {
  /// What stands before the PKCS#1 key in a PKCS#8 key of 1024 bits or more.
  private static final int WRAPPER_BYTES = 26;

  @TempDir private Path folder;

  private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static String pem(String kind, byte[] der) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("app.pem"), text);
  }

  private static void assertSigns(AppKey key, KeyPair pair) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(pair.getPublic());
    verifier.update("a.b".getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(key.sign("a.b"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 2048, 4096})
  void a_key_is_read_as_github_hands_it_out_and_in_the_newer_form(int bits) throws Exception {
    KeyPair pair = pair("RSA", bits);
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, WRAPPER_BYTES, pkcs8.length);

    assertSigns(AppKey.read(file(pem("RSA PRIVATE KEY", pkcs1))), pair);
    assertSigns(AppKey.read(file("\r\n" + pem("PRIVATE KEY", pkcs8))), pair);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA PRIVATE KEY, BST-APP-005",
    "PRIVATE KEY, BST-APP-005",
    "ENCRYPTED PRIVATE KEY, BST-APP-003",
    "EC PRIVATE KEY, BST-APP-004",
    "PUBLIC KEY, BST-APP-004",
    "CERTIFICATE, BST-APP-004",
    "OPENSSH PRIVATE KEY, BST-APP-004",
  })
  void what_is_no_such_key_is_refused_by_its_kind_and_shows_nothing_of_it(String kind, String code)
      throws IOException {
    byte[] der = "c2VjcmV0IHBhcnRz of a key".getBytes(StandardCharsets.US_ASCII);
    Path file = file(pem(kind, der));

    assertThatThrownBy(() -> AppKey.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(code)
        .hasMessageContaining("github.app-private-key-file")
        .hasMessageNotContaining(Base64.getEncoder().encodeToString(der).substring(0, 8))
        .hasNoCause();
  }

  @Test
  void a_password_protected_key_of_the_old_form_is_refused() throws IOException {
    Path file =
        file(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE"
                + " KEY-----\n");

    assertThatThrownBy(() -> AppKey.read(file)).hasMessageContaining("BST-APP-003");
  }

  @Test
  void a_key_of_another_algorithm_is_refused() throws Exception {
    Path file = file(pem("PRIVATE KEY", pair("EC", 256).getPrivate().getEncoded()));

    assertThatThrownBy(() -> AppKey.read(file)).hasMessageContaining("BST-APP-005");
  }

  @Test
  void a_file_that_is_absent_binary_or_empty_is_refused() throws IOException {
    Path binary = Files.write(folder.resolve("key.der"), new byte[] {0x30, (byte) 0x82, 0x04});
    Path empty = file("");

    assertThatThrownBy(() -> AppKey.read(folder.resolve("absent.pem")))
        .hasMessageContaining("BST-APP-001");
    assertThatThrownBy(() -> AppKey.read(folder)).hasMessageContaining("BST-APP-001");
    assertThatThrownBy(() -> AppKey.read(binary)).hasMessageContaining("BST-APP-002");
    assertThatThrownBy(() -> AppKey.read(empty)).hasMessageContaining("BST-APP-002");
  }

  @Test
  void a_key_shows_itself_to_nobody() throws Exception {
    KeyPair pair = pair("RSA", 1024);

    assertThat(AppKey.read(file(pem("PRIVATE KEY", pair.getPrivate().getEncoded()))))
        .hasToString("AppKey");
  }
}

package dev.backstitch.loadtest.credentials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;

/// A fresh private key in a file, in the form in which GitHub hands it out.
///
/// @param publicKey its other half
/// @param text what the file holds
public record KeyFile(Path path, RSAPublicKey publicKey, String text) {
  private static final int BITS = 2048;

  /// What stands before the PKCS#1 key in the PKCS#8 form of the JDK.
  private static final int WRAPPER_BYTES = 26;

  /// Makes one.
  public static KeyFile in(Path folder) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      KeyPair pair = generator.generateKeyPair();
      byte[] pkcs8 = pair.getPrivate().getEncoded();
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(Arrays.copyOfRange(pkcs8, WRAPPER_BYTES, pkcs8.length));
      String text =
          "-----BEGIN RSA PRIVATE KEY-----\n" + base64 + "\n-----END RSA PRIVATE KEY-----\n";
      Path file = Files.createTempFile(folder, "app", ".pem");
      Files.writeString(file, text);
      return new KeyFile(file, (RSAPublicKey) pair.getPublic(), text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has RSA", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

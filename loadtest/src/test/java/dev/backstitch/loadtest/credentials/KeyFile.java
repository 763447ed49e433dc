package dev.backstitch.loadtest.credentials;

import dev.backstitch.loadtest.simulator.account.PemKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;

/// A fresh private key in a file, in the form in which GitHub hands it out.
///
/// @param publicKey its other half
/// @param text what the file holds
public record KeyFile(Path path, RSAPublicKey publicKey, String text) {
  /// Makes one.
  public static KeyFile in(Path folder) {
    try {
      PemKey key = PemKey.make();
      String text = key.made().orElseThrow();
      Path file = Files.createTempFile(folder, "app", ".pem");
      Files.writeString(file, text);
      return new KeyFile(file, key.publicKey(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

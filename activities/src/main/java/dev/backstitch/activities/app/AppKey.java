package dev.backstitch.activities.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The private key of a GitHub App. Immutable; shows itself to nobody.
public final class AppKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String PKCS8 = "PRIVATE KEY";

  /// Version 0, and the algorithm: RSA, without parameters.
  private static final byte[] PKCS8_HEAD = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private final PrivateKey key;

  private AppKey(PrivateKey key) {
    this.key = key;
  }

  /// Reads a key in PEM: PKCS#1 as GitHub hands it out (`BEGIN RSA PRIVATE KEY`), or PKCS#8 (`BEGIN
  /// PRIVATE KEY`).
  ///
  /// @throws IllegalArgumentException if there is none; the message says what was found, by the
  ///   kind of thing, and shows none of it
  public static AppKey read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException absent) {
      throw refused("BST-APP-001", file, "there is no such file", absent);
    } catch (CharacterCodingException binary) {
      throw refused("BST-APP-002", file, "it is no text; a key in PEM is needed", binary);
    } catch (IOException unreadable) {
      throw refused(
          "BST-APP-001",
          file,
          "it can't be read (" + unreadable.getClass().getSimpleName() + ")",
          unreadable);
    }
    Matcher pem = PEM.matcher(text);
    if (!pem.find()) {
      throw refused("BST-APP-002", file, "it holds no PEM; a key begins with -----BEGIN", null);
    }
    String kind = pem.group(1);
    if (kind.startsWith("ENCRYPTED") || text.contains("ENCRYPTED")) {
      throw refused(
          "BST-APP-003",
          file,
          "the key is encrypted; write it without a password, for this user's eyes only"
              + " (openssl rsa -in KEY -out PLAIN)",
          null);
    }
    return switch (kind) {
      case PKCS1 -> new AppKey(key(file, pkcs8(der(file, pem.group(2)))));
      case PKCS8 -> new AppKey(key(file, der(file, pem.group(2))));
      default ->
          throw refused(
              "BST-APP-004",
              file,
              "it holds a "
                  + kind
                  + "; the App's private key begins with BEGIN RSA PRIVATE KEY or BEGIN PRIVATE KEY",
              null);
    };
  }

  private static byte[] der(Path file, String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64.strip());
    } catch (IllegalArgumentException damaged) {
      throw refused("BST-APP-005", file, "the key is damaged: no Base64", null);
    }
  }

  private static PrivateKey key(Path file, byte[] pkcs8) {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException damaged) {
      // The cause may show parts of the key.
      throw refused("BST-APP-005", file, "the key is damaged, or no RSA key", null);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has RSA", impossible);
    }
  }

  /// The JDK reads PKCS#8 only, which is PKCS#1 in a wrapper that names the algorithm.
  private static byte[] pkcs8(byte[] pkcs1) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(PKCS8_HEAD);
    content.writeBytes(element(OCTET_STRING, pkcs1));
    return element(SEQUENCE, content.toByteArray());
  }

  /// Tag, length and content, in DER.
  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >> (8 * i));
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static IllegalArgumentException refused(
      String code, Path file, String why, @Nullable Exception cause) {
    return new IllegalArgumentException(
        code + ": github.app-private-key-file is " + file + ", but " + why, cause);
  }

  /// Signs by RS256.
  byte[] sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (NoSuchAlgorithmException | InvalidKeyException | SignatureException impossible) {
      throw new IllegalStateException("an RSA key could not sign", impossible);
    }
  }

  @Override
  public String toString() {
    return "AppKey";
  }
}

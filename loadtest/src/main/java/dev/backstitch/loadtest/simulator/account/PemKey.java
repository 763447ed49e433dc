package dev.backstitch.loadtest.simulator.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The key by which an App proves who it is, in PEM.
///
/// @param publicKey what GitHub keeps of it
/// @param made its private half, if it was made here and its owner has yet to be told
public record PemKey(RSAPublicKey publicKey, Optional<String> made) {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (RSA PRIVATE KEY|PRIVATE KEY|PUBLIC KEY)-----(.*?)-----END \\1-----",
          Pattern.DOTALL);
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final int BITS = 2048;

  /// What is between the lengths in PKCS#8: version 0, and RSA as the algorithm.
  private static final byte[] ALGORITHM =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  /// The head of a sequence, the same of a string of bytes, and what is between.
  private static final int WRAPPER_BYTES = 4 + ALGORITHM.length + 4;

  /// Makes one, in the form in which GitHub hands it out: PKCS#1.
  public static PemKey make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      KeyPair pair = generator.generateKeyPair();
      byte[] pkcs8 = pair.getPrivate().getEncoded();
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(Arrays.copyOfRange(pkcs8, WRAPPER_BYTES, pkcs8.length));
      return new PemKey(
          (RSAPublicKey) pair.getPublic(),
          Optional.of(
              "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(PKCS1, base64, PKCS1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has RSA", e);
    }
  }

  /// Reads the key that an App has already: `RSA PRIVATE KEY`, `PRIVATE KEY` or `PUBLIC KEY`.
  ///
  /// @throws IllegalArgumentException if it is none; what was given is not repeated
  public static PemKey read(String pem) {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "key must be PEM: RSA PRIVATE KEY, PRIVATE KEY or PUBLIC KEY, not encrypted");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(2).strip());
      KeyFactory rsa = KeyFactory.getInstance("RSA");
      RSAPublicKey key =
          switch (matcher.group(1)) {
            case "PUBLIC KEY" -> (RSAPublicKey) rsa.generatePublic(new X509EncodedKeySpec(der));
            case PKCS1 -> otherHalf(rsa, pkcs8(der));
            default -> otherHalf(rsa, der);
          };
      return new PemKey(key, Optional.empty());
    } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException damaged) {
      // The cause may show parts of the key.
      throw new IllegalArgumentException("key is damaged, or no RSA key");
    }
  }

  private static RSAPublicKey otherHalf(KeyFactory rsa, byte[] pkcs8)
      throws GeneralSecurityException {
    var key = (RSAPrivateCrtKey) rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    return (RSAPublicKey)
        rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
  }

  /// The JDK reads PKCS#8 only, which is PKCS#1 in a wrapper. Keys of 1,024 to 65,536 bits have
  /// lengths of two bytes.
  private static byte[] pkcs8(byte[] pkcs1) {
    return ByteBuffer.allocate(WRAPPER_BYTES + pkcs1.length)
        .put(new byte[] {0x30, (byte) 0x82})
        .putShort((short) (WRAPPER_BYTES - 4 + pkcs1.length))
        .put(ALGORITHM)
        .put(new byte[] {0x04, (byte) 0x82})
        .putShort((short) pkcs1.length)
        .put(pkcs1)
        .array();
  }
}

package dev.backstitch.activities.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names file contents as git does (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
public final class GitBlob {
  private static final int SHA1_DIGITS = 40;

  private GitBlob() {}

  /// The SHA-1 name of a file with these contents.
  public static String oid(byte[] contents) {
    return oid(contents, "SHA-1");
  }

  /// Whether a name is that of these contents, in a repository of either hash.
  public static boolean isOf(String oid, byte[] contents) {
    return oid(contents, oid.length() == SHA1_DIGITS ? "SHA-1" : "SHA-256").equals(oid);
  }

  private static String oid(byte[] contents, String algorithm) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(("blob " + contents.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(contents));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has " + algorithm, impossible);
    }
  }
}

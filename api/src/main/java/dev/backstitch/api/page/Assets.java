package dev.backstitch.api.page;

import dev.backstitch.api.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/// Style sheet, scripts and icon. Their addresses carry a hash of their content, so that browsers
/// keep them for ever and still never show an old one. Thread-safe.
public final class Assets implements Routes {
  private static final String OURS = "/dev/backstitch/api/page/assets/";
  private static final String HTMX_PROPERTIES =
      "/META-INF/maven/org.webjars.npm/htmx.org/pom.properties";
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "backstitch.css", "text/css; charset=utf-8",
          "backstitch.js", "text/javascript; charset=utf-8",
          "htmx.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private final Map<String, Asset> loaded = new ConcurrentHashMap<>();

  private static final class Asset {
    private final byte[] content;
    private final String hash;

    Asset(byte[] content) {
      this.content = content;
      this.hash = HexFormat.of().formatHex(sha256(content), 0, 8);
    }

    private static byte[] sha256(byte[] content) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(content);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/assets/{hash}/{name}", this::serve);
  }

  /// Where a page finds an asset.
  public String address(String name) {
    return "/assets/" + asset(name).hash + "/" + name;
  }

  private void serve(Context ctx) {
    String name = ctx.pathParam("name");
    if (!MEDIA_TYPES.containsKey(name) || !asset(name).hash.equals(ctx.pathParam("hash"))) {
      throw new NotFoundResponse();
    }
    ctx.header("Cache-Control", "public, max-age=31536000, immutable");
    ctx.contentType(MEDIA_TYPES.get(name)).result(asset(name).content);
  }

  private Asset asset(String name) {
    return loaded.computeIfAbsent(name, Assets::load);
  }

  private static Asset load(String name) {
    return new Asset(bytes(name.equals("htmx.js") ? htmx() : OURS + name));
  }

  /// The path inside of the webjar holds its version, which only the build file should know.
  private static String htmx() {
    var properties = new Properties();
    try (InputStream in = Assets.class.getResourceAsStream(HTMX_PROPERTIES)) {
      if (in == null) {
        throw new IllegalStateException("the htmx webjar is not on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "/META-INF/resources/webjars/htmx.org/"
        + properties.getProperty("version")
        + "/dist/htmx.min.js";
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

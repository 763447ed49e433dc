package dev.backstitch.api.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.javalin.http.Context;
import java.util.Map;

/// The compiled templates. Each is loaded when it is first used. Thread-safe.
final class Templates {
  private static final String PACKAGE = "dev.backstitch.api.page.generated";

  private final Assets assets;
  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), PACKAGE);

  Templates(Assets assets) {
    this.assets = assets;
  }

  void answer(Context ctx, String template, Object view) {
    ctx.contentType("text/html; charset=utf-8").result(render(template, view));
  }

  /// @param view what the template's parameter `view` gets
  byte[] render(String template, Object view) {
    var output = new Utf8ByteOutput();
    engine.render(template, Map.of("view", view, "assets", assets), output);
    return output.toByteArray();
  }
}

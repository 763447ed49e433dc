package dev.backstitch.api;

import dev.backstitch.api.testing.Browser;
import java.net.URI;
import java.nio.file.Path;

/// scratch: Shots BASE name=path ...
public final class Shots {
  public static void main(String[] args) throws Exception {
    try (var browser = Browser.start(Browser.find().orElseThrow())) {
      for (int i = 1; i < args.length; i++) {
        String[] p = args[i].split("=", 2);
        for (String mode : new String[] {"light-1440", "dark-1440", "light-390", "dark-390"}) {
          boolean wide = mode.endsWith("1440");
          browser.look(wide ? 1440 : 390, 900, mode.startsWith("dark"));
          browser.open(URI.create("about:blank"));
          browser.send("Page.navigate", java.util.Map.of("url", args[0] + p[1]));
          browser.await("document.readyState === 'complete' && document.querySelector('main')");
          Thread.sleep(300);
          int h = browser.evaluate("Math.min(2200, document.documentElement.scrollHeight)").asInt();
          browser.look(wide ? 1440 : 390, h, mode.startsWith("dark"));
          System.out.println(
              mode
                  + " overflow="
                  + browser.evaluate("document.documentElement.scrollWidth - innerWidth"));
          browser.screenshot(Path.of("/tmp/shots-" + p[0] + "-" + mode + ".png"));
        }
      }
    }
  }
}

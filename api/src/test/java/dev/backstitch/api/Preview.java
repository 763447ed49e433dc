package dev.backstitch.api;

import dev.backstitch.api.testing.TestApp;
import java.io.IOException;

/// scratch
public final class Preview {
  public static void main(String[] args) throws IOException, InterruptedException {
    var app = TestApp.start(c -> c.withAddress("127.0.0.1", 8099));
    app.run("greet", "a/b", "{\"name\":\"Ada\"}");
    app.run("greet", null, "{\"name\":\"Grace\"}");
    app.run("broken", "x/y", "{\"name\":\"Alan\"}");
    System.out.println(
        "crowd " + app.run("crowd", "git-mastery/progress", "{\"items\":185,\"millis\":350}"));
    System.out.println("gated " + app.start("gated", "octo/cat", "{\"name\":\"Edsger\"}"));
    System.out.println("ready " + app.address());
    Thread.sleep(100000000);
  }
}

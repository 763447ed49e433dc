package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Another one from the second time on; none is ever issued anew.
record ReplacedToken(AtomicInteger taken, Token first, Token later) implements Credentials {

  ReplacedToken(Token first, Token later) {
    this(new AtomicInteger(), first, later);
  }

  @Override
  public Token token(@Nullable Repository home, String purpose) {
    assertThat(home).isNotNull();
    return taken.getAndIncrement() == 0 ? first : later;
  }

  @Override
  public Token renewed(
      Token refused, Instant serverTime, @Nullable Repository home, String purpose) {
    throw new AssertionError("the API's token must stay as it is");
  }

  @Override
  public String masked(String text) {
    return text;
  }

  @Override
  public String advice() {
    return "none";
  }
}

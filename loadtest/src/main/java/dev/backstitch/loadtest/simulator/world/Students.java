package dev.backstitch.loadtest.simulator.world;

import dev.backstitch.loadtest.simulator.forge.User;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Invents accounts: unique ids of seven to nine digits, unique logins.
final class Students {

  private static final List<String> FIRST =
      List.of(
          "amber", "brisk", "calm", "dusty", "eager", "fuzzy", "gentle", "hazel", "ivory", "jolly",
          "keen", "lucky", "mellow", "nimble", "olive", "plucky", "quiet", "rusty", "sunny",
          "tidy");

  private static final List<String> SECOND =
      List.of(
          "badger",
          "cricket",
          "dormouse",
          "egret",
          "finch",
          "gecko",
          "heron",
          "ibis",
          "jackdaw",
          "kestrel",
          "lynx",
          "marten",
          "newt",
          "otter",
          "plover",
          "quail",
          "raven",
          "stoat",
          "tern",
          "vole");

  private final Random random;
  private final Set<Long> ids = new HashSet<>();
  private final Set<String> logins = new HashSet<>();

  Students(Random random) {
    this.random = random;
  }

  User next() {
    long id =
        Stream.generate(() -> 1_000_000L + random.nextLong(239_000_000L))
            .filter(ids::add)
            .findFirst()
            .orElseThrow();
    String login =
        Stream.generate(() ->
                FIRST.get(random.nextInt(FIRST.size()))
                    + "-"
                    + SECOND.get(random.nextInt(SECOND.size()))
                    + (random.nextInt(3) == 0 ? "" : Integer.toString(random.nextInt(10_000))))
            .filter(logins::add)
            .findFirst()
            .orElseThrow();
    return new User(id, login);
  }
}

package dev.backstitch.loadtest.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.rest.Route;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.loadtest.simulator.world.WorldPlan;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the simulator serves is what GitHub describes: every route, so that none goes unchecked.
class RoutesTest {
  private static final Set<Operation> NO_ROUTES =
      EnumSet.of(Operation.ANY, Operation.REST, Operation.UNKNOWN_ROUTE);

  @TempDir private Path folder;

  @Test
  void every_route_is_described_and_every_description_is_served() {
    try (SyncWorld world =
        SyncWorld.create(
            folder.resolve("git"),
            new SimulatorClock(Clock.systemUTC()),
            new WorldPlan("seam-school", "progress", 1, 1))) {

      Set<Operation> served =
          OpenApiReduction.OPERATIONS.stream()
              .map(described -> served(described, world.forge()))
              .collect(Collectors.toSet());

      assertThat(served)
          .containsExactlyInAnyOrderElementsOf(
              EnumSet.complementOf(EnumSet.copyOf(NO_ROUTES)).stream()
                  .filter(operation -> !operation.isGraphQl() && !operation.isGit())
                  .toList());
    }
  }

  /// The route of a described operation, whose path in the description's form must be the one.
  private static Operation served(String described, Forge forge) {
    List<String> words = List.of(described.split(" "));
    String method = words.getFirst().toUpperCase(Locale.ROOT);
    String path =
        words
            .getLast()
            .replace("{owner}", "seam-school")
            .replace("{repo}", "progress")
            .replaceAll("\\{[a-z_]+}", "7");
    Route route = Route.of(new Request(method, path, "", new TreeMap<>(), Body.EMPTY), forge);
    assertThat(route.method()).as(described).isEqualTo(method);
    assertThat(route.contractPath()).as(described).isEqualTo(path);
    assertThat(OpenApiContract.shared().checkRequest(method, path, Map.of(), ""))
        .as(described)
        .noneMatch(problem -> problem.contains("path.missing") || problem.contains("operation"));
    return route.operation();
  }

  @Test
  void the_root_of_a_repository_is_described_too() {
    assertThat(
            OpenApiContract.shared().checkRequest("/repos/a/b/contents/%2F", Map.of("ref", "main")))
        .isEmpty();
  }
}

package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.outbox.SimulatedCourier;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.simulation.Simulation;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Targets that show what they are posted, and write down in which order it came.
///
/// On bad days deliveries fail, are refused, get lost on the way there or on the way back, or
/// arrive when their sender has given up, but never later than a grace behind that.
final class SimulatedWalls {
  private final Simulation simulation;
  private final SplittableRandom chance;
  private final Witness witness;
  private final BooleanSupplier isBadDay;
  private final Map<Place, List<Shown>> shown = new HashMap<>();
  private int deliveries;
  private int arrived;
  private int asked;
  private int twice;

  /// Where something is shown.
  record Place(String target, String key) {}

  /// What was shown there.
  record Shown(PostVersion version, String json) {}

  SimulatedWalls(Simulation simulation, Witness witness, BooleanSupplier isBadDay) {
    this.simulation = simulation;
    this.chance = simulation.chance();
    this.witness = witness;
    this.isBadDay = isBadDay;
  }

  /// What was shown at a place, in the order in which it came.
  List<Shown> at(Place place) {
    return shown.getOrDefault(place, List.of());
  }

  int deliveries() {
    return deliveries;
  }

  int arrived() {
    return arrived;
  }

  /// Versions that a target was asked about.
  int asked() {
    return asked;
  }

  /// Versions that came again to a target that can't tell.
  int twice() {
    return twice;
  }

  PostTarget of(String kind) {
    return new PostTarget() {
      @Override
      public List<PostOutcome> deliver(Delivery delivery) throws Exception {
        return SimulatedWalls.this.deliver(kind, delivery);
      }

      @Override
      public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
        return SimulatedWalls.this.readBack(kind, target, doubts);
      }
    };
  }

  private List<PostOutcome> deliver(String kind, PostTarget.Delivery delivery) throws Exception {
    deliveries++;
    simulation.tell("delivery " + delivery.id() + " of " + delivery.items());
    return switch (isBadDay.getAsBoolean() ? chance.nextInt(16) : 15) {
      case 0 -> all(delivery, new PostOutcome.Failed("not now"));
      case 1 -> all(delivery, new PostOutcome.Later("quota", Duration.ofMillis(300)));
      case 2 -> all(delivery, new PostOutcome.Refused("never"));
      case 3 -> {
        simulation.pause(simulation.within(Duration.ofMillis(20)));
        throw new TimeoutException("lost on the way there");
      }
      case 4 -> {
        arrives(kind, delivery, simulation.within(Duration.ofMillis(20)));
        simulation.pause(Duration.ofMillis(20));
        throw new TimeoutException("lost on the way back");
      }
      case 5, 6 -> {
        Duration way = SimulatedCourier.DELIVERY.plus(simulation.within(SimulatedCourier.GRACE));
        arrives(kind, delivery, way);
        simulation.pause(SimulatedCourier.DELIVERY);
        throw new TimeoutException("too late");
      }
      default -> {
        boolean slow = chance.nextInt(4) == 0;
        Duration way = simulation.within(slow ? SimulatedCourier.DELIVERY : Duration.ofMillis(20));
        arrives(kind, delivery, way);
        simulation.pause(way.plusNanos(1));
        yield all(delivery, new PostOutcome.Delivered("delivery " + delivery.id()));
      }
    };
  }

  private static List<PostOutcome> all(PostTarget.Delivery delivery, PostOutcome outcome) {
    return delivery.items().stream().map(_ -> outcome).toList();
  }

  /// Whatever becomes of the sender.
  private void arrives(String kind, PostTarget.Delivery delivery, Duration way) {
    simulation.after(
        way, null, () -> delivery.items().forEach(item -> show(kind, delivery.target(), item)));
  }

  private void show(String kind, Target target, PostTarget.Item item) {
    arrived++;
    List<Shown> before =
        shown.computeIfAbsent(new Place(target.toString(), item.key()), _ -> new ArrayList<>());
    simulation.tell(target + " shows " + item.key() + " " + item.version());
    if (!before.isEmpty()) {
      int order = before.getLast().version().compareTo(item.version());
      if (order > 0) {
        witness.violated(
            target + " shows " + item + " behind " + before.getLast() + ", which is newer");
      }
      boolean again = before.stream().anyMatch(each -> each.version().equals(item.version()));
      if (again && kind.equals(SimulatedProgram.WALL)) {
        witness.violated(target + " was sent twice: " + item);
      }
      twice += again ? 1 : 0;
    }
    before.add(new Shown(item.version(), item.contentJson()));
  }

  private List<PostTarget.ReadBack> readBack(
      String kind, Target target, List<PostTarget.Doubt> doubts) {
    simulation.pause(simulation.within(Duration.ofMillis(20)));
    if (isBadDay.getAsBoolean() && chance.nextInt(8) == 0) {
      throw new IllegalStateException("it does not say");
    }
    asked += doubts.size();
    return doubts.stream().map(doubt -> says(kind, target, doubt)).toList();
  }

  private PostTarget.ReadBack says(String kind, Target target, PostTarget.Doubt doubt) {
    if (kind.equals(SimulatedProgram.SLATE)) {
      return PostTarget.ReadBack.UNSURE;
    }
    return at(new Place(target.toString(), doubt.key())).stream()
            .anyMatch(each -> each.version().equals(doubt.version()))
        ? PostTarget.ReadBack.LANDED
        : PostTarget.ReadBack.ABSENT;
  }
}

package dev.backstitch.loadtest.contest;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.loadtest.meter.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a step costs at the beginning of a history and far into it.
///
/// Groups of runs are brought to every length and stopped there. Only then is anything measured: in
/// turns, groups of each length are taken further by a few steps, again and again, so that whatever
/// else happens in the process and on the machine hits all lengths alike. What a step costs at one
/// length is then divided by what it costs at the first one, of the same round. A group that has
/// gone further than a tenth of its length is left, so that a hundred means a hundred.
final class LongHistory {
  private static final List<Integer> LENGTHS = List.of(100, 1_000, 5_000, 50_000);

  /// Beyond this one step of the blob rewrites tens of megabytes.
  private static final int LONGEST_BLOB = 5_000;

  private static final int RUNS = 32;
  private static final int EVENTS_PER_STEP = 2;

  /// How far a group is taken at a time.
  private static final int LEG_STEPS = 10;

  /// Taken before, unmeasured: a short history gets a fresh group at every leg, whose runs have
  /// been still for long, and the groups of a long one have just been at work.
  private static final int FIRST_STEPS = 2;

  private static final int LEG_EVENTS = (FIRST_STEPS + LEG_STEPS) * EVENTS_PER_STEP;

  /// Legs of a turn. One alone is little more than its beginning and its end.
  private static final int LEGS = 8;

  private static final int MOST_TURNS = 12;
  private static final Duration USUAL_TURN = Duration.ofMillis(300);

  /// Each in a request of its own, which has a deadline.
  private static final int GROWTH_EVENTS = 10_000;

  private final EngineHandle engine;
  private final int mostTurns;
  private final List<Place> places = new ArrayList<>();
  private int groups;

  private LongHistory(EngineHandle engine, Duration time) {
    this.engine = engine;
    this.mostTurns = Math.clamp(time.dividedBy(USUAL_TURN), 1, MOST_TURNS);
  }

  /// One length, its groups, and what was measured there.
  ///
  /// @param legsOfGroup how many of them keep a group near this length
  private record Place(
      int length, int legsOfGroup, List<Trials.Group> groups, List<Cost> stretches) {

    /// So many legs, the first of them the first that was not taken yet.
    private List<Trials.Group> next() {
      int taken = stretches.size() * LEGS;
      List<Trials.Group> next = new ArrayList<>();
      for (int leg = taken; leg < taken + LEGS; leg++) {
        next.add(groups.get(leg / legsOfGroup));
      }
      return next;
    }

    private long steps() {
      return (long) stretches.size() * LEGS * LEG_STEPS * groups.getFirst().runs();
    }

    private Measurement measurement() {
      return Measurement.of(steps(), stretches);
    }
  }

  /// Measures at every length in the open and warm session, as long as the plan's bound on runs
  /// leaves room for its steps.
  static Map<String, List<Measurement>> measure(
      Contender contender, Contest.Entrant entrant, Contest.Plan plan) {
    LongHistory history = new LongHistory(entrant.engine(), plan.time());
    int runs = (int) Math.min(RUNS, plan.atMostRuns());
    for (int length : LENGTHS) {
      boolean tooLong =
          (contender == Contender.BASELINE_BLOB && length > LONGEST_BLOB)
              || length > plan.atMostRuns() * LENGTHS.getFirst();
      if (!tooLong) {
        history.growTo(length, runs);
      }
    }
    try (Connection connection = Arena.connect(entrant.ground())) {
      history.measure(Meter.of(connection, List.of(entrant.engine().processId())), plan.time());
    } catch (SQLException e) {
      throw new CommandFailedException("the database of " + contender + " can't be read", e);
    }
    entrant.engine().closeSession();
    return history.figures();
  }

  private void growTo(int length, int runs) {
    int legs = mostTurns * LEGS;
    // A tenth of the length to both sides.
    int legsOfGroup = Math.min(legs, Math.max(1, length / 5 / LEG_EVENTS));
    List<Trials.Group> own = new ArrayList<>();
    for (int leg = 0; leg < legs; leg += legsOfGroup) {
      own.add(new Trials.Group(groups++, runs));
    }
    int begin = length - legsOfGroup * LEG_EVENTS / 2;
    for (int events = GROWTH_EVENTS; events < begin; events += GROWTH_EVENTS) {
      engine.far(own, events);
    }
    engine.far(own, begin);
    places.add(new Place(length, legsOfGroup, own, new ArrayList<>()));
  }

  /// At least one turn, and more while there is time.
  private void measure(Meter meter, Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (int turn = 0; turn == 0 || (turn < mostTurns && System.nanoTime() < until); turn++) {
      // There and back, so that what grows from turn to turn grows for all of them.
      for (Place place : turn % 2 == 0 ? places : places.reversed()) {
        List<Trials.Group> next = place.next();
        next.forEach(group -> engine.near(group, FIRST_STEPS));
        Reading before = meter.read();
        next.forEach(group -> engine.near(group, LEG_STEPS));
        place.stretches().add(before.until(meter.read()));
      }
    }
  }

  private Map<String, List<Measurement>> figures() {
    Map<String, List<Measurement>> figures = new LinkedHashMap<>();
    for (Place place : places) {
      figures.put("us/step at event " + place.length(), List.of(place.measurement()));
    }
    double first = places.getFirst().measurement().value();
    if (first == 0) {
      // Where processor time is told in ticks, a short stretch may have had none.
      return figures;
    }
    for (Place place : places.subList(1, places.size())) {
      figures.put(
          "x at event " + place.length(),
          List.of(Measurement.of(place.measurement().value() / first)));
    }
    return figures;
  }
}

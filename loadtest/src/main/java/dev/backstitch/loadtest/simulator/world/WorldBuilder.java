package dev.backstitch.loadtest.simulator.world;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.CommitDraft;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/// Makes the world that a plan describes.
final class WorldBuilder {

  private static final long BASE_OWNER_ID = 204_000_001L;
  private static final long BASE_REPOSITORY_ID = 980_000_001L;
  private static final long FIRST_PULL_REQUEST_ID = 2_600_000_001L;
  private static final Duration AGE = Duration.ofDays(60);

  private final SimulatorClock clock;
  private final WorldPlan plan;
  private final Random random;
  private final Instant born;
  private final Map<Integer, ProgressFile> files = new HashMap<>();

  WorldBuilder(SimulatorClock clock, WorldPlan plan) {
    this.clock = clock;
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.born = clock.now().minus(AGE).truncatedTo(ChronoUnit.SECONDS);
  }

  SyncWorld build(Path directory) {
    ObjectNetwork objects = ObjectNetwork.create(directory, SyncWorld.MAIN);
    ObjectId main = objects.commit(mainDraft());
    ObjectId tracker = objects.commit(trackerDraft());
    objects.createRefs(
        Map.of("refs/heads/" + SyncWorld.MAIN, main, "refs/heads/" + SyncWorld.TRACKER, tracker));
    var owner = new User(BASE_OWNER_ID, plan.owner());
    var base = new Repository(BASE_REPOSITORY_ID, owner, plan.name(), false, SyncWorld.MAIN, born);
    var forge = new Forge(objects, clock, base);
    forge.open(pullRequests(objects, main));
    return new SyncWorld(forge, clock, plan, files);
  }

  private CommitDraft mainDraft() {
    return draft(
        Map.of(
            "README.md",
            utf8("# Progress\n\nOpen a pull request to let your progress be collected.\n"),
            "LICENSE",
            utf8("Made up for a simulation; do what you like with it.\n")),
        "Begin");
  }

  private CommitDraft trackerDraft() {
    return draft(
        Map.of(
            "README.md",
            utf8("# Tracker\n\nWritten by the sync. Do not edit.\n"),
            TrackerOracle.USERS,
            utf8("{}"),
            TrackerOracle.HASHES,
            utf8("{}")),
        "Begin to track");
  }

  private CommitDraft draft(Map<String, byte[]> files, String message) {
    return new CommitDraft(
        Optional.empty(),
        files,
        Set.of(),
        message,
        plan.owner(),
        plan.owner() + "@teachers.invalid",
        born);
  }

  private List<PullRequest> pullRequests(ObjectNetwork objects, ObjectId main) {
    var students = new Students(random);
    var users = new ArrayList<User>();
    var numbers = new ArrayList<Integer>();
    var drafts = new ArrayList<CommitDraft>();
    int number = 1;
    for (int i = 0; i < plan.students(); i++) {
      User user = students.next();
      number += 1 + random.nextInt(3);
      ProgressFile file = ProgressFile.random(random);
      files.put(number, file);
      users.add(user);
      numbers.add(number);
      drafts.add(
          new CommitDraft(
              Optional.of(main),
              Map.of(TrackerOracle.PROGRESS, file.bytes()),
              Set.of(),
              "Update progress",
              user.login(),
              user.login() + "@students.invalid",
              openedAt(i)));
    }
    List<ObjectId> heads = objects.commit(drafts);
    var pullRequests = new ArrayList<PullRequest>();
    for (int i = 0; i < plan.students(); i++) {
      pullRequests.add(pullRequest(numbers.get(i), i, users.get(i), heads.get(i)));
    }
    return pullRequests;
  }

  private PullRequest pullRequest(int number, int index, User user, ObjectId head) {
    Instant opened = openedAt(index);
    var fork =
        new Repository(
            BASE_REPOSITORY_ID + 1 + index, user, plan.name(), true, SyncWorld.MAIN, opened);
    return new PullRequest(
        number,
        FIRST_PULL_REQUEST_ID + index,
        "Progress of " + user.login(),
        Optional.of(user),
        Optional.of(fork),
        SyncWorld.MAIN,
        head,
        SyncWorld.MAIN,
        opened,
        opened,
        Optional.empty());
  }

  /// Spread evenly over the world's age, so that order of creation is order of number.
  private Instant openedAt(int index) {
    long seconds = AGE.toSeconds() * (index + 1) / (plan.students() + 1);
    return born.plusSeconds(seconds);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

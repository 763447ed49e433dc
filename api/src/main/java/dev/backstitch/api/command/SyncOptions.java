package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A sync's configuration as options. What is not given is not touched, and what is given is
/// checked by the server, which knows what is allowed.
final class SyncOptions {
  @Option(
      names = "--repository",
      paramLabel = "OWNER/NAME",
      split = ",",
      description =
          "A repository to sync. Can be given up to 100 times; together they are the list.")
  private List<String> repositories = List.of();

  @Option(names = "--file", paramLabel = "PATH", description = "The file in every pull request.")
  private @Nullable String file;

  @Option(
      names = "--base",
      paramLabel = "BRANCH",
      description = "Only pull requests against this branch.")
  private @Nullable String base;

  @Option(names = "--branch", paramLabel = "BRANCH", description = "Where the result goes.")
  private @Nullable String branch;

  @Option(
      names = "--api-url",
      paramLabel = "URL",
      description = "One of the server's GitHub APIs, if not the first of them.")
  private @Nullable String apiUrl;

  @Option(names = "--no-api-url", description = "Use the first of the server's GitHub APIs.")
  private boolean firstApi;

  @Option(
      names = "--students",
      paramLabel = "FOLDER",
      description = "Where the students' files are on the branch.")
  private @Nullable String students;

  @Option(
      names = "--user-map",
      paramLabel = "PATH",
      description = "Where the map of users is on the branch.")
  private @Nullable String userMap;

  @Option(
      names = "--hashes",
      paramLabel = "PATH",
      description = "Where the hashes of what was synced are on the branch.")
  private @Nullable String hashes;

  @Option(names = "--every", paramLabel = "TIME", description = "Sync so often, such as 30m.")
  private @Nullable String every;

  @Option(
      names = "--cron",
      paramLabel = "FIELDS",
      description = "Sync at these times, such as '*/30 * * * *'.")
  private @Nullable String cron;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The time zone of --cron, such as Asia/Singapore. UTC unless given.")
  private @Nullable String zone;

  @Option(names = "--no-schedule", description = "Sync never by itself.")
  private boolean unscheduled;

  @Option(
      names = "--webhook",
      negatable = true,
      description = "Let webhooks of pull requests start a sync of their students, or not.")
  private @Nullable Boolean webhook;

  @Option(
      names = "--sweep-hook",
      paramLabel = "ID",
      description = "Instead of a sync, have this webhook send again what did not arrive.")
  private @Nullable Long sweepHook;

  @Option(
      names = "--sweep-app",
      description = "The same for the webhook of the GitHub App that the server is.")
  private boolean sweepApp;

  @Option(
      names = "--sweep-hours",
      paramLabel = "HOURS",
      description = "How far back the webhook's log is read, 1 to 72.")
  private @Nullable Integer sweepHours;

  @Option(names = "--no-sweep", description = "A sync, and no sweep of a webhook.")
  private boolean unswept;

  /// Puts into a configuration what was given.
  ///
  /// @throws IllegalArgumentException if two options contradict each other
  void applyTo(ObjectNode config) {
    refuseBoth("--no-schedule", unscheduled, "--every, --cron or --zone", schedules());
    refuseBoth("--no-sweep", unswept, "--sweep-hook, --sweep-app or --sweep-hours", sweeps());
    refuseBoth("--sweep-hook", sweepHook != null, "--sweep-app", sweepApp);
    refuseBoth("--no-api-url", firstApi, "--api-url", apiUrl != null);
    if (!repositories.isEmpty()) {
      ArrayNode list = config.putArray("repositories");
      repositories.forEach(list::add);
    }
    put(config, "file", file);
    put(config, "base", base);
    put(config, "branch", branch);
    put(config, "apiUrl", apiUrl);
    if (layout()) {
      ObjectNode layout = config.withObjectProperty("layout");
      put(layout, "students", students);
      put(layout, "userMap", userMap);
      put(layout, "hashes", hashes);
    }
    if (webhook != null) {
      config.put("webhook", webhook);
    }
    schedule(config);
    sweep(config);
    remove(config, "apiUrl", firstApi);
    remove(config, "schedule", unscheduled);
    remove(config, "sweep", unswept);
  }

  /// Whether there is any option at all.
  boolean areGiven() {
    return !repositories.isEmpty()
        || webhook != null
        || layout()
        || schedules()
        || sweeps()
        || firstApi
        || unscheduled
        || unswept
        || Stream.of(file, base, branch, apiUrl).anyMatch(Objects::nonNull);
  }

  private boolean layout() {
    return students != null || userMap != null || hashes != null;
  }

  private boolean schedules() {
    return every != null || cron != null || zone != null;
  }

  private boolean sweeps() {
    return sweepHook != null || sweepApp || sweepHours != null;
  }

  /// Other times keep their zone, another zone its times; an interval has neither.
  private void schedule(ObjectNode config) {
    if (!schedules()) {
      return;
    }
    ObjectNode schedule =
        every == null ? config.withObjectProperty("schedule") : config.putObject("schedule");
    remove(schedule, "every", cron != null);
    put(schedule, "every", every);
    put(schedule, "cron", cron);
    put(schedule, "zone", zone);
  }

  private void sweep(ObjectNode config) {
    if (!sweeps()) {
      return;
    }
    ObjectNode sweep = config.withObjectProperty("sweep");
    if (sweepHook != null) {
      sweep.put("hook", sweepHook);
      sweep.remove("app");
    }
    if (sweepApp) {
      sweep.put("app", true);
      sweep.remove("hook");
    }
    if (sweepHours != null) {
      sweep.put("lookBackHours", sweepHours);
    }
  }

  private static void put(ObjectNode object, String member, @Nullable String value) {
    if (value != null) {
      object.put(member, value);
    }
  }

  private static void remove(ObjectNode config, String member, boolean wanted) {
    if (wanted) {
      config.remove(member);
    }
  }

  private static void refuseBoth(String one, boolean isOne, String other, boolean isOther) {
    if (isOne && isOther) {
      throw new IllegalArgumentException(one + " and " + other + " contradict each other.");
    }
  }
}

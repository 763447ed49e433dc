package dev.backstitch.activities.branch;

import dev.backstitch.activities.client.BranchCommit;
import dev.backstitch.orchestrator.workflow.PostTarget.Delivery;
import dev.backstitch.orchestrator.workflow.PostTarget.Doubt;
import dev.backstitch.orchestrator.workflow.PostTarget.Item;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What of a delivery goes into its commit: everything, unless that has failed before and is so
/// much that its size may be why.
///
/// GitHub seldom says that a commit is too large: it answers with a 502, as it does when something
/// else is wrong. So the second try is as large as the first, the third half as large, and so on,
/// down to what every account is known to get through. It is a function of how often the posts were
/// tried, which the outbox knows, and of nothing that a process could lose.
///
/// **Marks.** A commit of everything names its delivery and the runs. One of a part names the
/// versions that it holds, because a run may have others in the same delivery, and a process that
/// dies leaves all of them in doubt.
///
/// @param items what goes, the longest due first
/// @param files the text of each by path; null for one that is removed
/// @param isWhole whether nothing is left out, be it that it is too much or that it is unfit
record Portion(List<Item> items, SortedMap<String, @Nullable String> files, boolean isWhole) {
  private static final int TRIES_OF_ALL = 2;

  Portion {
    items = List.copyOf(items);
    files = Collections.unmodifiableSortedMap(new TreeMap<String, @Nullable String>(files));
  }

  /// @param wanted the files of the delivery's items, without those that are unfit
  static Portion of(Delivery delivery, SortedMap<String, @Nullable String> wanted) {
    List<Item> fit =
        delivery.items().stream().filter(item -> wanted.containsKey(item.key())).toList();
    int tried = fit.stream().mapToInt(Item::attempt).max().orElse(1);
    int halvings = Math.min(Math.max(0, tried - TRIES_OF_ALL), Integer.SIZE - 2);
    int share = Math.ceilDiv(fit.size(), 1 << halvings);
    List<Item> items = new ArrayList<>();
    Map<String, @Nullable String> files = new LinkedHashMap<>();
    for (Item item : fit) {
      files.put(item.key(), wanted.get(item.key()));
      if (items.size() >= share && BranchCommit.isLarge(files.values())) {
        files.remove(item.key());
        break;
      }
      items.add(item);
    }
    return new Portion(items, new TreeMap<>(files), items.size() == delivery.items().size());
  }

  /// The lines by which its commit is found.
  List<String> marks(long delivery) {
    List<String> marks = new ArrayList<>();
    items.stream()
        .map(item -> runLine(item.version().runId().toString()))
        .distinct()
        .sorted()
        .forEach(marks::add);
    if (isWhole) {
      marks.add(deliveryLine(delivery));
    } else {
      items.forEach(item -> marks.add(deliveryLine(delivery) + "/" + item.version()));
    }
    return marks;
  }

  /// Whether a commit holds a version. Deliveries are numbered per database, runs are told apart
  /// everywhere.
  static boolean brought(Doubt doubt, BranchClient.Commit commit) {
    String delivery = deliveryLine(doubt.deliveryId());
    return commit.has(runLine(doubt.version().runId().toString()))
        && (commit.has(delivery) || commit.has(delivery + "/" + doubt.version()));
  }

  private static String deliveryLine(long delivery) {
    return "Sync-Op: delivery-" + delivery;
  }

  private static String runLine(String run) {
    return "Sync-Run: " + run;
  }
}

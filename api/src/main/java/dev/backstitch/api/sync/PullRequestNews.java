package dev.backstitch.api.sync;

import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.sync.AnnouncedPull;
import dev.backstitch.activities.sync.AnnouncedPull.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one delivery told of a pull request.
///
/// @param before the head it moved from, if the delivery says
public record PullRequestNews(
    int number,
    long userId,
    String login,
    @Nullable String headRepository,
    @Nullable String before,
    String head,
    boolean open) {

  /// All that is told of each pull request, by number. What may change is taken from the last one.
  static List<AnnouncedPull> together(List<PullRequestNews> news) {
    Map<Integer, List<Move>> moves = new TreeMap<>();
    Map<Integer, PullRequestNews> last = new TreeMap<>();
    for (PullRequestNews one : news) {
      moves
          .computeIfAbsent(one.number(), _ -> new ArrayList<>())
          .add(new Move(one.before(), one.head(), one.open()));
      last.put(one.number(), one);
    }
    return last.values().stream()
        .map(one ->
            new AnnouncedPull(
                one.number(),
                new Author(one.login(), one.userId()),
                one.headRepository(),
                moves.getOrDefault(one.number(), List.of()).stream().distinct().toList()))
        .toList();
  }
}

package dev.backstitch.activities.sync;

import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.Head;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A pull request that webhooks have told of. Pure.
///
/// Deliveries come twice, late and out of order, so none of them is believed to be the newest.
/// Together they say more: each `synchronize` names the commit before and the one after, so the
/// newest head is the one that no other move starts from.
///
/// @param author whose it is
/// @param headRepository `owner/name` of the fork, null if it is deleted
/// @param moves at least one, in any order
public record AnnouncedPull(
    int number, Author author, @Nullable String headRepository, List<Move> moves) {

  /// What one delivery said.
  ///
  /// @param before the head it moved from, null if the delivery did not say
  /// @param head the head it moved to
  /// @param open whether the pull request was open then
  public record Move(@Nullable String before, String head, boolean open) {}

  /// Copies the list.
  public AnnouncedPull {
    moves = List.copyOf(moves);
  }

  /// Whether a watermark is one of the commits that the deliveries named: then it was this pull
  /// request that was synced last, and not another one of the same student.
  boolean names(String watermark) {
    return moves.stream()
        .anyMatch(move -> watermark.equals(move.head()) || watermark.equals(move.before()));
  }

  /// Where it stands, if the deliveries leave no doubt: it was never closed, and one head is the
  /// end of all moves.
  Optional<Head> newest() {
    if (!moves.stream().allMatch(Move::open)) {
      return Optional.empty();
    }
    Set<String> ends = moves.stream().map(Move::head).collect(Collectors.toSet());
    moves.forEach(move -> {
      if (!move.head().equals(move.before())) {
        ends.remove(move.before());
      }
    });
    return ends.size() == 1
        ? Optional.of(new Head(number, ends.iterator().next(), author, headRepository))
        : Optional.empty();
  }

  /// Whether a listing that shows this head is older than what the deliveries said: GitHub's API
  /// follows its events by up to ten seconds.
  boolean isBehind(Head listed) {
    return newest().isPresent()
        && moves.stream().map(Move::before).anyMatch(before -> listed.headOid().equals(before))
        && !newest().get().headOid().equals(listed.headOid());
  }
}

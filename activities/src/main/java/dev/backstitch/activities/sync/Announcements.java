package dev.backstitch.activities.sync;

import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.tracker.TrackerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What webhooks have told, held against the branch. Pure.
///
/// Usually the deliveries alone say where a student stands, and nothing need be listed. They do not
/// if one was lost, if the pull request was closed, or if the student has another one that may be
/// the one that counts: all of that shows in a watermark that no delivery names.
final class Announcements {
  private final List<AnnouncedPull> pulls;

  Announcements(List<AnnouncedPull> pulls) {
    this.pulls = List.copyOf(pulls);
  }

  /// The heads, or empty if the open pull requests must be listed.
  Optional<List<Head>> heads(TrackerState known) {
    List<Head> heads = new ArrayList<>();
    for (AnnouncedPull pull : pulls) {
      Optional<Head> newest = pull.newest();
      String watermark = known.hashes().get(userId(pull.author()));
      if (newest.isEmpty() || (watermark != null && !pull.names(watermark))) {
        return Optional.empty();
      }
      heads.add(newest.get());
    }
    return Optional.of(heads);
  }

  /// Of all open pull requests those of the announced students, each where it stands by the listing
  /// or by the deliveries, whichever is newer.
  List<Head> among(Collection<Head> listed) {
    Set<String> students =
        pulls.stream().map(pull -> userId(pull.author())).collect(Collectors.toSet());
    Map<Integer, AnnouncedPull> byNumber =
        pulls.stream()
            .collect(Collectors.toMap(AnnouncedPull::number, Function.identity(), (a, _) -> a));
    return listed.stream()
        .filter(head -> head.author() != null && students.contains(userId(head.author())))
        .map(head -> {
          AnnouncedPull pull = byNumber.get(head.number());
          return pull != null && pull.isBehind(head) ? pull.newest().orElse(head) : head;
        })
        .toList();
  }

  /// Whether it is the deliveries that say that the student stands there.
  boolean tell(StudentHead student) {
    return pulls.stream()
        .filter(pull -> pull.number() == student.number())
        .flatMap(pull -> pull.newest().stream())
        .anyMatch(head -> head.headOid().equals(student.headOid()));
  }

  private static String userId(Author author) {
    return Objects.toString(author.userId(), "none");
  }
}

package dev.backstitch.activities.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.pulls.HeadsPage;
import dev.backstitch.activities.pulls.ListHeads;
import dev.backstitch.activities.sync.SyncResult.FailedStudent;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.CommitPart;
import dev.backstitch.activities.tracker.CommitResult;
import dev.backstitch.activities.tracker.Preview;
import dev.backstitch.activities.tracker.ReadTracker;
import dev.backstitch.activities.tracker.StudentChange;
import dev.backstitch.activities.tracker.Tracker;
import dev.backstitch.activities.tracker.TrackerBranch;
import dev.backstitch.activities.tracker.TrackerState;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressSyncTest {
  private static final ApiUrl API = ApiUrl.parse("https://api.github.com");
  private static final ApiUrl ENTERPRISE = ApiUrl.parse("https://github.example.edu/api/v3");

  private final DirectRun run = new DirectRun();
  private final Map<String, FetchedFile> files = new TreeMap<>();
  private final Map<String, String> movedTo = new TreeMap<>();
  private List<Head> firstPage = List.of();
  private List<Head> secondPage = List.of();
  private TrackerState known = known(Map.of(), Map.of(), Map.of());

  @BeforeEach
  void registerActivities() {
    run.activity(
        ReadTracker.class,
        (call, context) -> {
          Repository renamed =
              new Repository(call.target().repository().api(), "course", "renamed");
          return new Tracker(
              new TrackerBranch(renamed, call.target().branch()), known, new ApiUse(1, 1, 100));
        },
        UnaryOperator.identity());
    run.activity(
        ListHeads.class,
        (call, context) ->
            call.cursor() == null
                ? new HeadsPage(
                    firstPage, secondPage.isEmpty() ? null : "second", new ApiUse(1, 1, 99))
                : new HeadsPage(secondPage, null, new ApiUse(1, 1, 98)),
        UnaryOperator.identity());
    run.activity(
        FetchFile.class,
        (call, context) -> {
          FetchedFile file = files.get(call.headOid());
          if (file == null) {
            throw new TransientFailureException("server-error", "GitHub has trouble");
          }
          return new Fetched(file, new ApiUse(1, 1, 97), null, movedTo.get(call.headOid()), null);
        },
        UnaryOperator.identity());
    run.activity(
        CommitChanges.class,
        (call, context) ->
            new CommitResult.Committed("commit-1", call.changes().size(), new ApiUse(1, 1, 96)),
        UnaryOperator.identity());
    run.activity(
        CommitPart.class,
        (call, context) ->
            new CommitResult.Committed(
                "part-" + parts().size(), call.changes().size(), new ApiUse(2, 2, 95)),
        UnaryOperator.identity());
  }

  @Test
  void what_has_changed_is_fetched_and_committed_once() {
    firstPage = List.of(head(1, "aaa", 7, "ann"));
    secondPage = List.of(head(2, "bbb", 8, "bob"));
    known = known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", "blob"));
    files.put("bbb", new FetchedFile.Found("blob", "[]"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result)
        .isEqualTo(new SyncResult(2, 1, 1, List.of(), List.of(), 5, 5, "commit-1", 96));
    assertThat(commits())
        .singleElement()
        .satisfies(commit ->
            assertThat(commit.changes())
                .containsExactly(new StudentChange("8", "bob", 2, "bbb", "[]")));
  }

  @Test
  void a_student_who_is_shown_elsewhere_than_listed_is_fetched_there() {
    firstPage = List.of(head(1, "aaa", 7, "ann"), head(2, "bbb", 8, "bob"));
    known = known(Map.of("7", "ann"), Map.of("7", "zzz"), Map.of("7", "blob"));
    found("aaa", "a2", "bbb");
    movedTo.put("aaa", "a2");

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.changed()).isEqualTo(2);
    assertThat(commits().getFirst().changes())
        .extracting(StudentChange::headOid)
        .containsExactlyInAnyOrder("bbb", "a2");
  }

  @Test
  void a_student_who_turns_out_to_be_where_the_branch_has_them_needs_nothing() {
    firstPage = List.of(head(1, "old", 7, "ann"));
    known = known(Map.of("7", "ann"), Map.of("7", "new"), Map.of("7", "blob"));
    found("old", "new");
    movedTo.put("old", "new");

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.changed()).isZero();
    assertThat(result.unchanged()).isEqualTo(1);
    assertThat(commits()).isEmpty();
  }

  @Test
  void a_student_who_never_stands_still_is_left_to_the_next_sync_and_reported() {
    firstPage = List.of(head(1, "aaa", 7, "ann"), head(2, "bbb", 8, "bob"));
    found("aaa", "a2", "bbb");
    movedTo.put("aaa", "a2");
    movedTo.put("a2", "aaa");

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.failed())
        .singleElement()
        .satisfies(failed -> assertThat(failed.type()).isEqualTo("still-moving"));
    assertThat(result.changed()).isEqualTo(1);
    assertThat(run.calls()).filteredOn(FetchFile.class::isInstance).hasSize(5);
  }

  @Test
  void a_run_from_before_there_was_a_second_look_goes_on_as_it_began() {
    firstPage = List.of(head(1, "aaa", 7, "ann"));
    found("aaa");
    movedTo.put("aaa", "a2");
    run.passed("sync-looks-again", 1);

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.changed()).isEqualTo(1);
    assertThat(commits().getFirst().changes().getFirst().headOid()).isEqualTo("aaa");
  }

  private void found(String... commits) {
    for (String commit : commits) {
      files.put(commit, new FetchedFile.Found("blob-" + commit, "[]"));
    }
  }

  @Test
  void defect_3_when_nothing_has_changed_nothing_is_committed() {
    firstPage = List.of(head(1, "aaa", 7, "ann"));
    known = known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", "blob"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.commitOid()).isNull();
    assertThat(result.unchanged()).isEqualTo(1);
    assertThat(result.requests()).isEqualTo(2);
    assertThat(commits()).isEmpty();
  }

  @Test
  void defect_5_files_are_fetched_at_the_listed_commit_which_becomes_the_watermark() {
    firstPage = List.of(head(1, "aaa", 7, "ann"));
    files.put("aaa", new FetchedFile.Found("blob", "[]"));

    sync(SyncRequest.of("course/progress"));

    assertThat(run.calls())
        .contains(
            new FetchFile(
                new Repository(API, "course", "renamed"),
                1,
                "aaa",
                "ann/progress",
                "progress.json"));
    assertThat(commits().getFirst().changes().getFirst().headOid()).isEqualTo("aaa");
  }

  @Test
  void defect_6_a_student_who_fails_is_kept_and_does_not_stop_the_others() {
    firstPage = List.of(head(1, "aaa", 7, "ann"), head(2, "bbb", 8, "bob"));
    known = known(Map.of("7", "ann"), Map.of("7", "old"), Map.of("7", "blob"));
    files.put("bbb", new FetchedFile.Found("blob", "[]"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.failed())
        .containsExactly(new FailedStudent(1, "ann", "server-error", "GitHub has trouble"));
    assertThat(commits().getFirst().base().users()).containsEntry("7", "ann");
    assertThat(commits().getFirst().changes())
        .extracting(StudentChange::userId)
        .containsExactly("8");
  }

  @Test
  void defect_10_every_kind_of_trouble_is_told_apart() {
    firstPage =
        List.of(
            head(1, "aaa", 1, "a"),
            head(2, "bbb", 2, "b"),
            head(3, "ccc", 3, "c"),
            head(4, "ddd", 4, "d"),
            head(5, "eee", 5, "e"),
            head(6, "fff", 6, "f"),
            head(7, "ggg", 7, "g"));
    files.put("aaa", new FetchedFile.MissingFile());
    files.put("bbb", new FetchedFile.InvalidJson("it is empty"));
    files.put("ccc", new FetchedFile.TooBig(600_000, 262_144));
    files.put("ddd", new FetchedFile.Gone("nobody shows it"));
    files.put("fff", new FetchedFile.TooBig(null, 262_144, null));
    files.put("ggg", new FetchedFile.TooBig(null, 4_000_000, "all that is in that commit"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(result.failed())
        .containsExactly(
            new FailedStudent(1, "a", "missing-file", "commit aaa holds no file progress.json"),
            new FailedStudent(2, "b", "invalid-json", "progress.json at commit bbb: it is empty"),
            new FailedStudent(
                3,
                "c",
                "too-big",
                "progress.json at commit ccc has 600000 bytes, more than 262144"),
            new FailedStudent(4, "d", "gone", "nobody shows it"),
            new FailedStudent(5, "e", "server-error", "GitHub has trouble"),
            new FailedStudent(
                6, "f", "too-big", "progress.json at commit fff has more than 262144 bytes"),
            new FailedStudent(
                7,
                "g",
                "too-big",
                "progress.json at commit ggg could not be read: all that is in that commit has more"
                    + " than 4000000 bytes"));
    assertThat(result.students()).isEqualTo(7);
    assertThat(result.unchanged()).isZero();
    assertThat(commits()).isEmpty();
  }

  @Test
  void the_first_configured_address_is_the_default_and_another_may_be_asked_for() {
    sync(SyncRequest.of("course/progress"));
    sync("https://github.example.edu/api/v3/");

    assertThat(run.calls())
        .filteredOn(ReadTracker.class::isInstance)
        .extracting(call -> ((ReadTracker) call).target().repository().api())
        .containsExactly(API, ENTERPRISE);
  }

  @Test
  void an_address_that_is_not_configured_is_refused_before_anything_is_sent() {
    assertThatThrownBy(() -> sync("https://evil.example.com"))
        .isInstanceOf(PermanentFailureException.class)
        .hasMessageContaining("github.api-urls")
        .hasMessageContaining("https://github.example.edu/api/v3");
    assertThat(run.calls()).isEmpty();
  }

  @Test
  void a_dry_run_shows_the_difference_and_commits_nothing() {
    firstPage = List.of(head(1, "aaa", 7, "ann"), head(2, "bbb", 8, "bob"));
    known = known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", "blob"));
    files.put("bbb", new FetchedFile.Found("blob", "[]"));

    SyncResult result = sync(SyncRequest.of("course/progress").previewed());

    assertThat(commits()).isEmpty();
    assertThat(result.commitOid()).isNull();
    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.unchanged()).isEqualTo(1);
    assertThat(Objects.requireNonNull(result.preview()).files())
        .extracting(Preview.FileDiff::path)
        .containsExactly("students/8.json", "user_map.json", "latest_sync_hashes.json");
  }

  @Test
  void an_announced_student_is_synced_without_a_listing() {
    known = known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", "blob"));
    files.put("bbb", new FetchedFile.Found("blob", "[]"));

    SyncResult result = sync(SyncRequest.of("course/progress").of(List.of(announced("aaa"))));

    assertThat(result.requests()).isEqualTo(3);
    assertThat(run.calls()).noneMatch(ListHeads.class::isInstance);
    assertThat(commits().getFirst().changes().getFirst().headOid()).isEqualTo("bbb");
  }

  @Test
  void an_announcement_that_does_not_fit_the_branch_is_looked_up() {
    firstPage = List.of(head(1, "ccc", 7, "ann"), head(2, "ddd", 8, "bob"));
    known = known(Map.of("7", "ann"), Map.of("7", "other"), Map.of("7", "blob"));
    files.put("ccc", new FetchedFile.Found("blob", "[]"));

    SyncResult result = sync(SyncRequest.of("course/progress").of(List.of(announced("aaa"))));

    assertThat(result.students()).isEqualTo(1);
    assertThat(run.calls()).anyMatch(ListHeads.class::isInstance);
    assertThat(commits().getFirst().changes().getFirst().headOid()).isEqualTo("ccc");
  }

  @Test
  void thousands_of_changes_are_fetched_and_committed_part_by_part() {
    firstPage = heads(2 * SyncParts.STUDENTS + 1);
    known = known(Map.of("9001", "old-name"), Map.of("9001", "same"), Map.of("9001", "blob"));
    secondPage = List.of(head(9_001, "same", 9_001, "new-name"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(commits()).isEmpty();
    assertThat(parts())
        .extracting(part -> part.changes().size())
        .containsExactly(SyncParts.STUDENTS, SyncParts.STUDENTS, 1);
    assertThat(parts()).extracting(part -> part.logins().size()).containsExactly(1, 0, 0);
    assertThat(result.changed()).isEqualTo(2 * SyncParts.STUDENTS + 1);
    assertThat(result.unchanged()).isEqualTo(1);
    assertThat(result.commitOid()).isEqualTo("part-3");
    assertThat(run.calls().indexOf(parts().getFirst()))
        .as("committed before the rest is fetched")
        .isEqualTo(1 + 2 + SyncParts.STUDENTS);
  }

  @Test
  void files_too_large_for_one_commit_are_spread_over_several() {
    firstPage = heads(50);
    String large = "[\"" + "x".repeat(SyncParts.TEXT_CHARS / 40) + "\"]";
    firstPage.forEach(head -> files.put(head.headOid(), new FetchedFile.Found("blob", large)));
    known = known(Map.of("1", "student-1"), Map.of("1", "older"), Map.of("1", "blob"));

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(commits()).isEmpty();
    assertThat(parts()).extracting(part -> part.changes().size()).containsExactly(39, 11);
    assertThat(parts().getFirst().known()).containsExactly(Map.entry("1", "older"));
    assertThat(parts().getLast().known()).isEmpty();
    assertThat(result.changed()).isEqualTo(50);
  }

  @Test
  void a_run_that_began_before_there_were_parts_commits_once() {
    run.passed("sync-in-parts", 1);
    firstPage = heads(SyncParts.STUDENTS + 1);

    SyncResult result = sync(SyncRequest.of("course/progress"));

    assertThat(parts()).isEmpty();
    assertThat(commits())
        .singleElement()
        .satisfies(commit -> assertThat(commit.changes()).hasSize(SyncParts.STUDENTS + 1));
    assertThat(result.commitOid()).isEqualTo("commit-1");
  }

  private List<Head> heads(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> {
          files.put("oid-" + n, new FetchedFile.Found("blob", "[]"));
          return head(n, "oid-" + n, n, "student-" + n);
        })
        .toList();
  }

  private List<CommitPart> parts() {
    return run.calls().stream()
        .filter(CommitPart.class::isInstance)
        .map(CommitPart.class::cast)
        .toList();
  }

  private static AnnouncedPull announced(String before) {
    return new AnnouncedPull(
        1,
        new Author("ann", 7L),
        "ann/progress",
        List.of(new AnnouncedPull.Move(before, "bbb", true)));
  }

  private SyncResult sync(@Nullable String apiUrl) {
    return sync(new SyncRequest("course/progress", null, null, null, apiUrl, null));
  }

  private SyncResult sync(SyncRequest request) {
    return new ProgressSync(List.of(API, ENTERPRISE)).run(run, request);
  }

  private List<CommitChanges> commits() {
    return run.calls().stream()
        .filter(CommitChanges.class::isInstance)
        .map(CommitChanges.class::cast)
        .toList();
  }

  private static Head head(int number, String oid, long userId, String login) {
    return new Head(number, oid, new Author(login, userId), login + "/progress");
  }

  private static TrackerState known(
      Map<String, String> users, Map<String, String> hashes, Map<String, String> files) {
    return new TrackerState(
        "base", new TreeMap<>(users), new TreeMap<>(hashes), new TreeMap<>(files));
  }
}

package dev.backstitch.loadtest.sync;

import static dev.backstitch.loadtest.sync.HiddenHeads.FIRST_LOOK;
import static dev.backstitch.loadtest.sync.HiddenHeads.LAST_LOOK;
import static dev.backstitch.loadtest.sync.HiddenHeads.VALID;
import static dev.backstitch.loadtest.sync.HiddenHeads.assertNotYet;
import static dev.backstitch.loadtest.sync.HiddenHeads.fetch;
import static dev.backstitch.loadtest.sync.HiddenHeads.shown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.git.HeadFiles;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.loadtest.simulator.fault.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is too large for the way by git is told as that, and keeps nobody else out: a file at the
/// first look, a commit at the last one, because the API may show its file until then.
class TooLargeForGitTest {
  private static final int MAX_FILE_BYTES = 256 * 1024;
  private static final int MAX_OBJECT_BYTES = 2 * 1024 * 1024;

  private final HiddenHeads hidden = new HiddenHeads();

  @AfterEach
  void close() {
    hidden.close();
  }

  @Test
  void a_file_that_git_leaves_out_is_too_big() throws Exception {
    FetchFile large = hidden.orphan(0, "[" + " ".repeat(6_000_000) + "]");
    FetchFile other = hidden.orphan(1, VALID);

    List<Fetched> fetched = shown(fetch(hidden.fetcher(), FIRST_LOOK, List.of(large, other)));

    assertThat(fetched)
        .containsExactly(
            new Fetched(
                new FetchedFile.TooBig(null, MAX_FILE_BYTES, null),
                fetched.getFirst().use(),
                Fetched.GIT,
                null,
                null),
            fetched.getLast());
    assertFound(fetched.getLast());
    assertThat(conversations()).isEqualTo(1);
  }

  @Test
  void the_commit_of_a_fork_of_many_files_is_too_big() throws Exception {
    FetchFile one = hidden.orphan(0, VALID);
    FetchFile heavy = hidden.orphanOfManyFiles(1);
    FetchFile other = hidden.orphan(2, VALID);

    List<Fetched> fetched = shown(fetch(hidden.fetcher(), LAST_LOOK, List.of(one, heavy, other)));

    assertFound(fetched.getFirst());
    assertThat(fetched.get(1).file())
        .isEqualTo(
            new FetchedFile.TooBig(null, HeadFiles.LIMITS.bytes(), "all that is in that commit"));
    assertFound(fetched.getLast());
    assertThat(conversations())
        .as("all, one and two of them, and the two by themselves")
        .isEqualTo(5);
  }

  @Test
  void a_commit_that_is_too_big_for_git_is_looked_for_at_the_api_again() throws Exception {
    FetchFile heavy = hidden.orphanOfManyFiles(0);

    assertNotYet(fetch(hidden.fetcher(), FIRST_LOOK, List.of(heavy)));

    assertThat(conversations()).isEqualTo(1);
  }

  @Test
  void the_commit_of_a_fork_with_a_large_object_is_too_big() throws Exception {
    List<FetchFile> calls = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      calls.add(n == 3 ? hidden.orphanOfManyNames(n) : hidden.orphan(n, VALID));
    }

    List<Fetched> fetched = new ArrayList<>(shown(fetch(hidden.fetcher(), LAST_LOOK, calls)));

    assertThat(fetched.remove(3).file())
        .isEqualTo(new FetchedFile.TooBig(null, MAX_OBJECT_BYTES, "an object in that commit"));
    assertThat(fetched).hasSize(7).allSatisfy(TooLargeForGitTest::assertFound);
    assertThat(conversations()).as("both halves of 8, of 4 and of 2").isEqualTo(7);
  }

  private static void assertFound(Fetched fetched) {
    assertThat(fetched.file()).isInstanceOf(FetchedFile.Found.class);
    assertThat(fetched.via()).isEqualTo(Fetched.GIT);
  }

  private long conversations() {
    return hidden.github().counts().of(Operation.GIT_INFO_REFS);
  }
}

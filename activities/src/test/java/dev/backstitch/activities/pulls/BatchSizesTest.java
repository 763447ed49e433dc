package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import org.junit.jupiter.api.Test;

class BatchSizesTest {
  private static final ApiUrl API = ApiUrl.parse("https://api.github.com");

  private final BatchSizes sizes = new BatchSizes(25);
  private final Repository heavy = Repository.of(API, "course/heavy");

  private static final int NONE = Integer.MAX_VALUE;

  @Test
  void a_failure_leaves_what_has_passed_and_three_clean_batches_give_five_back() {
    sizes.learn(heavy, 6, 12);
    assertThat(sizes.of(heavy)).isEqualTo(6);

    pass(2);
    assertThat(sizes.of(heavy)).isEqualTo(6);
    pass(1);
    assertThat(sizes.of(heavy)).isEqualTo(11);
    pass(9);
    assertThat(sizes.of(heavy)).isEqualTo(25);
  }

  @Test
  void half_is_left_of_what_failed_when_nothing_has_passed() {
    sizes.learn(heavy, 0, 25);

    assertThat(sizes.of(heavy)).isEqualTo(12);
  }

  @Test
  void one_file_that_breaks_every_query_it_is_in_makes_no_query_smaller_than_what_passed() {
    sizes.learn(heavy, 12, 1);

    assertThat(sizes.of(heavy)).isEqualTo(12);
  }

  @Test
  void a_failure_between_clean_batches_begins_their_count_anew() {
    sizes.learn(heavy, 12, 25);
    pass(2);
    sizes.learn(heavy, 12, 20);
    pass(2);

    assertThat(sizes.of(heavy)).isEqualTo(12);
  }

  @Test
  void a_query_smaller_than_allowed_proves_nothing() {
    sizes.learn(heavy, 12, 25);

    for (int i = 0; i < 10; i++) {
      sizes.learn(heavy, 11, NONE);
    }

    assertThat(sizes.of(heavy)).isEqualTo(12);
  }

  @Test
  void one_file_is_the_least_and_repositories_do_not_learn_from_each_other() {
    sizes.learn(heavy, 0, 1);

    assertThat(sizes.of(heavy)).isEqualTo(1);
    assertThat(sizes.of(Repository.of(API, "course/light"))).isEqualTo(25);
  }

  @Test
  void the_repositories_that_were_asked_about_longest_ago_are_forgotten() {
    sizes.learn(heavy, 12, 25);
    for (int i = 0; i < BatchSizes.MAX_REPOSITORIES; i++) {
      sizes.learn(Repository.of(API, "course/n" + i), 12, 25);
    }

    assertThat(sizes.of(heavy)).isEqualTo(25);
  }

  private void pass(int times) {
    for (int i = 0; i < times; i++) {
      sizes.learn(heavy, sizes.of(heavy), NONE);
    }
  }
}

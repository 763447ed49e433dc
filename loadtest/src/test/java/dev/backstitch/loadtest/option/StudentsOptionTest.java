package dev.backstitch.loadtest.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class StudentsOptionTest {
  @Command(name = "sync-class")
  private static final class SyncClass {
    @Mixin private final StudentsOption students = new StudentsOption();

    static int students(String... arguments) {
      SyncClass command = new SyncClass();
      new CommandLine(command).parseArgs(arguments);
      return command.students.number();
    }
  }

  @Test
  void a_class_is_as_large_as_the_first_one_unless_it_is_said() {
    assertThat(SyncClass.students()).isEqualTo(185);
    assertThat(SyncClass.students("--students=10")).isEqualTo(10);
    assertThat(SyncClass.students("--students", "2000")).isEqualTo(2_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "2001"})
  void too_few_to_change_ten_and_too_many_for_a_demo_are_refused(String number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SyncClass.students("--students", number))
        .withMessage("--students must be 10 to 2000, was " + number);
  }
}

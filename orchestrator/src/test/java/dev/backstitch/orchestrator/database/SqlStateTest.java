package dev.backstitch.orchestrator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom an SQLSTATE puts to blame.
final class SqlStateTest {

  /// Were one of these a refusal, a failover or a changed password would stop every run there is.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "08006", "25006", "25P02", "25P04", "28P01", "28000", "3D000", "40001", "40P01", "42501",
        "42883", "42P01", "53100", "53300", "55P03", "57014", "57P01", "57P03", "58030", "XX000",
        "00000", "", "nonsense"
      })
  void trouble_of_the_server_or_the_way_to_it_passes(String state) {
    assertThat(SqlState.of(new SQLException("x", state))).isEqualTo(SqlState.PASSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"21000", "22021", "23505", "23514", "54000", "P0001", "BS002", "BS003"})
  void rows_that_are_at_fault_are_refused(String state) {
    assertThat(SqlState.of(new SQLException("x", state))).isEqualTo(SqlState.REFUSED);
  }

  @Test
  void a_missing_fence_row_and_a_missing_state_are_what_they_are() {
    assertThat(SqlState.of(new SQLException("x", "BS001"))).isEqualTo(SqlState.FENCED);
    assertThat(SqlState.of(new SQLException("x"))).isEqualTo(SqlState.PASSING);
  }
}

package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import org.junit.jupiter.api.Test;

class MeteredCallsTest {
  private record Ask(boolean fails) implements Call<ApiUse> {}

  private final MeteredCalls metered = new MeteredCalls();
  private final ActivityHandler<Ask, ApiUse> handler =
      metered.handler((call, context, meter) -> {
        meter.countRequest();
        if (call.fails()) {
          throw new GitHubException(Problem.of(Kind.SERVER_ERROR, "broken"));
        }
        return meter.use();
      });

  @Test
  void what_failed_attempts_used_is_in_the_result_of_the_one_that_returns() throws Exception {
    assertThatThrownBy(() -> handler.handle(new Ask(true), attempt(5, 1)))
        .isInstanceOf(TransientFailureException.class);
    assertThatThrownBy(() -> handler.handle(new Ask(true), attempt(5, 2)))
        .isInstanceOf(TransientFailureException.class);

    assertThat(handler.handle(new Ask(false), attempt(5, 3)).requests()).isEqualTo(3);
  }

  @Test
  void another_call_does_not_pay_for_it() throws Exception {
    assertThatThrownBy(() -> handler.handle(new Ask(true), attempt(5, 1)))
        .isInstanceOf(TransientFailureException.class);

    assertThat(handler.handle(new Ask(false), attempt(6, 1)).requests()).isEqualTo(1);
  }

  @Test
  void it_is_paid_once() throws Exception {
    handler.handle(new Ask(false), attempt(5, 1));

    assertThat(handler.handle(new Ask(false), attempt(5, 2)).requests()).isEqualTo(1);
  }

  private static ActivityContext attempt(int ordinal, int attempt) {
    return new ActivityContext(new RunId(1), ordinal, attempt);
  }
}

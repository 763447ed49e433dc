package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.checkpoint.SqlMutantsTest.Case;
import java.util.stream.Stream;

/// Lines of the claim without which runs go to the wrong worker, to two, or to nobody.
final class ClaimMutants {
  private static final String CLAIM = "function claim_v1(";

  private ClaimMutants() {}

  private static Case claim(String name, String text, String replacement, String method) {
    return new Case(name, CLAIM, text, 1, replacement, ClaimFunctionTest.class, method);
  }

  static Stream<Case> claims() {
    String order = "the_highest_priority_comes_first_then_the_longest_due_up_to_the_room";
    String others = "what_is_not_due_of_another_queue_or_of_another_workflow_is_left_alone";
    return Stream.of(
        claim(
            "a claim that waits for another",
            "skip locked",
            "",
            "who_claims_passes_over_what_another_is_claiming_and_does_not_wait"),
        claim(
            "a claim that locks nothing",
            "for update skip locked",
            "",
            "who_claims_passes_over_what_another_is_claiming_and_does_not_wait"),
        claim(
            "claims of the dead",
            "if not found then",
            "if false then",
            "a_worker_without_its_fence_row_claims_nothing"),
        claim(
            "a claim whose fence can go meanwhile",
            "for key share",
            "",
            "who_deletes_the_fence_row_waits_for_a_claim_in_progress"),
        claim("the lowest priority first", "in reverse 9 .. 0", "in 0 .. 9", order),
        claim("whichever is due", "order by d.wake_at, d.run_id", "order by d.run_id", order),
        claim("more than there is room for", "v_room := v_room - v_taken;", "", order),
        claim("runs of every queue", "and d.queue = p_queues[i]", "", others),
        claim("runs of every workflow", "and d.workflow = any (p_workflows)", "", others),
        claim("no patience", "- p_patience", "", others),
        claim(
            "runs before their time",
            "and d.wake_at <= statement_timestamp() - p_patience",
            "",
            others));
  }
}

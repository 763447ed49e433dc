package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.workflow.Call;

/// A call for replay tests, whose answer the test makes up.
record Ask(String text) implements Call<String> {}

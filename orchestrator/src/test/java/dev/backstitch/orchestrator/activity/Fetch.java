package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.workflow.Call;

/// A call for activity tests.
record Fetch(String group, int number) implements Call<String> {}

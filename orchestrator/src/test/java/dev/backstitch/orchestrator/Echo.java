package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.workflow.Call;

/// A call for tests: its handler decides by the text.
record Echo(String text) implements Call<String> {}

package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.history.Payload;

/// A wish to signal something to a run.
///
/// @param name the run's channel, 1 to 200 characters
/// @param id the sender's name for this signal, 1 to 150 characters: the run receives one signal
///   per id, however often it is sent
/// @param actor who sends it, 1 to 200 characters, for the run's history
/// @param payload JSON of at most 1,000,000 bytes; whether it fits what the run reads is only known
///   when it is received
public record SignalRequest(String name, String id, String actor, Payload payload) {}

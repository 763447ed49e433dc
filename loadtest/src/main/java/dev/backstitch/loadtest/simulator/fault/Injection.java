package dev.backstitch.loadtest.simulator.fault;

/// A fault that a request met.
public record Injection(Operation operation, Fault fault) {}

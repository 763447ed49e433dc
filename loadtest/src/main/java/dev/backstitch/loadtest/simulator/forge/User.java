package dev.backstitch.loadtest.simulator.forge;

/// A GitHub account.
public record User(long id, String login) {}

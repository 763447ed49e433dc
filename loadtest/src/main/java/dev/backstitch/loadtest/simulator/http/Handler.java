package dev.backstitch.loadtest.simulator.http;

/// Answers requests; called on one virtual thread per connection, so it may block.
@FunctionalInterface
public interface Handler {

  Reply handle(Request request) throws InterruptedException;
}

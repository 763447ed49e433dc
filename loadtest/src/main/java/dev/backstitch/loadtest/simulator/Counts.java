package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.fault.Operation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What the simulator has seen and done since it started.
///
/// @param requests all requests to the API, refused and failed ones included
/// @param byOperation the same by what they were for; only operations that occurred
/// @param graphQl requests to `/graphql`
/// @param rest all others
/// @param git requests to the git host, which are not among `requests`: they cost no quota
/// @param points primary quota spent: the cost of GraphQL requests, and one for each REST request
///   that was not answered 304
/// @param commits commits made through the API, also those whose answer was lost
/// @param bytes bytes of answers' bodies on the wire
/// @param notModified requests answered 304
/// @param failures requests answered 5xx, reset or cut short
public record Counts(
    long requests,
    Map<Operation, Long> byOperation,
    long graphQl,
    long rest,
    long git,
    long points,
    long commits,
    long bytes,
    long notModified,
    long failures) {

  public static final Counts NONE = new Counts(0, Map.of(), 0, 0, 0, 0, 0, 0, 0, 0);

  public Counts {
    var copy = new EnumMap<Operation, Long>(Operation.class);
    copy.putAll(byOperation);
    byOperation = Collections.unmodifiableMap(copy);
  }

  /// How many requests were of that kind; a group counts all of its kinds.
  public long of(Operation operation) {
    return switch (operation) {
      case ANY -> requests;
      case GRAPHQL -> graphQl;
      case REST -> rest;
      case GIT -> git;
      default -> byOperation.getOrDefault(operation, 0L);
    };
  }

  /// What was added since an earlier count.
  public Counts since(Counts previous) {
    var added = new EnumMap<Operation, Long>(Operation.class);
    byOperation.forEach((operation, count) -> {
      long more = count - previous.of(operation);
      if (more > 0) {
        added.put(operation, more);
      }
    });
    return new Counts(
        requests - previous.requests,
        added,
        graphQl - previous.graphQl,
        rest - previous.rest,
        git - previous.git,
        points - previous.points,
        commits - previous.commits,
        bytes - previous.bytes,
        notModified - previous.notModified,
        failures - previous.failures);
  }
}

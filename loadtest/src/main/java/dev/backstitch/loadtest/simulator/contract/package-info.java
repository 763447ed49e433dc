/// GitHub's own descriptions of its API, cut down, and the check of all traffic against them.
///
/// GraphQL documents are executed over the reduced schema, so an invalid one cannot succeed. REST
/// requests and answers are held against the reduced OpenAPI description by [OpenApiContract]. What
/// breaks the contract is recorded as a [Violation]: by the client's request, and then it is
/// answered 500 so that a test fails at once, or by the simulator's own answer, which is a fault of
/// ours.
@NullMarked
package dev.backstitch.loadtest.simulator.contract;

import org.jspecify.annotations.NullMarked;

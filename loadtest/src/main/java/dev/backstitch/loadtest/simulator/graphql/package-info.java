/// `POST /graphql`: GitHub's reduced schema, executed by graphql-java over the forge.
///
/// Reading order: [GraphQlApi] reads a request and runs it; [QueryPlan] says beforehand what it is
/// for, what it costs and how many nodes it may return; [SchemaWiring] names the field readers,
/// which live in one class per group of types; [CommitMutation] is the only thing that writes.
/// Errors look as GitHub's do ([GitHubError]): the type beside the message, not inside extensions.
@NullMarked
package dev.backstitch.loadtest.simulator.graphql;

import org.jspecify.annotations.NullMarked;

/// Load tests: `./backstitch load SCENARIO...`.
///
/// A [LoadCommand] reads the options into a [LoadPlan], [Load] performs it on a database of its own
/// and an engine in this process or in server processes, and what was found is told as lines, as
/// JSON, and as one page with plots.
///
/// What each figure means is in `docs/load.md`. The parts:
/// - [dev.backstitch.loadtest.load.arrival]: when operations begin, what latency is counted from
/// - [dev.backstitch.loadtest.load.stage]: the engine and its database
/// - [dev.backstitch.loadtest.load.workload]: the workflows under load
/// - [dev.backstitch.loadtest.load.scenario]: what is put on, and what is measured
/// - [dev.backstitch.loadtest.load.profile]: where the time goes
/// - [dev.backstitch.loadtest.load.report]: JSON and the page
/// - [dev.backstitch.loadtest.load.draw]: plots as SVG
///
/// Reading order: [LoadCommand], [LoadPlan], [Load], then the parts in this order.
@NullMarked
package dev.backstitch.loadtest.load;

import org.jspecify.annotations.NullMarked;

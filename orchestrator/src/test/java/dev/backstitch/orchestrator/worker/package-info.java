/// Whole clusters on simulated time: thousands of bad days, each made up from a seed.
///
/// **Real** are the runs in memory ([LoadedRun], with replay, fibers, matcher, open work,
/// wake-ups), the lane ([dev.backstitch.orchestrator.checkpoint.CheckpointWriter] with its
/// batching, halving, retrying and settling, on a thread that passes a baton), the timer service,
/// the activity executor with its attempts, retries, slots and time limits, the database clock,
/// ids, codecs and catalog.
///
/// **Simulated** are time, chance, the network, and the database, which passes the same
/// `LaneStoreTest` as PostgreSQL does. What [Worker], [Claimer], the lease and the failure detector
/// do on threads of their own is done again in [SimulatedWorker], by the same requests in the same
/// order.
///
/// **Left out**: locks that are held for longer than one moment, which are the subject of
/// `dev.backstitch.orchestrator.fencing`; requests that arrive after the lane has looked for them,
/// of which that model says what they can do; and messages between runs.
///
/// Reading order: [SimulationTest], [SimulatedCluster], [SimulatedWorker], [Witness],
/// [HistoryVerdict].
@NullMarked
package dev.backstitch.orchestrator.worker;

import org.jspecify.annotations.NullMarked;

/// Whole clusters on simulated time: thousands of bad days, each made up from a seed.
///
/// **Real** are the runs in memory ([LoadedRun], with replay, fibers, matcher, open work, wake-ups,
/// signals and cancellation), the lane ([dev.backstitch.orchestrator.checkpoint.CheckpointWriter]
/// with its batching, halving, retrying and settling, on a thread that passes a baton), the
/// offering of messages ([InboxReader#offer]), the timer service, the activity executor with its
/// attempts, retries, slots and time limits, the database clock, ids, codecs and catalog.
///
/// **Simulated** are time, chance, the network, the clients, and the database, which passes the
/// same `LaneStoreTest`, `LaneLeaseTest` and `LaneInboxTest` as PostgreSQL does. What [Worker],
/// [Claimer], the reading of [InboxReader], the lease and the failure detector do on threads of
/// their own is done again in [SimulatedWorker], by the same requests in the same order.
///
/// **What people say to runs** comes from [SimulatedSenders]: signals, cancellations and
/// terminations, asked again under the same id when nobody answers, while what was asked before may
/// still be on its way. [Correspondence] knows what they were told, and judges the histories by it:
/// nothing accepted is lost, nothing refused is there, and a run hears each sender's signals once
/// and in order. What was accepted and not taken before the run's end must still wait.
///
/// **Left out**: locks that are held for longer than one moment, which are the subject of
/// `dev.backstitch.orchestrator.fencing`; requests that arrive after the lane has looked for them,
/// which that model has and which settling prevents; hints, which only make the reading early;
/// messages between runs; queues and their balance.
///
/// **Posts** are delivered by real couriers ([SimulatedCouriers]) from a simulated outbox, which
/// passes the same `LaneOutboxTest` as PostgreSQL does, to [SimulatedWalls]. Those lose deliveries
/// and answers, show what came when its sender had given up, and write down the order in which they
/// were shown things. [PostVerdict] works out from the histories what should have been posted.
///
/// Reading order: [SimulationTest], [SimulatedCluster], [SimulatedWorker], [SimulatedSenders],
/// [Witness], [Correspondence], [HistoryVerdict].
@NullMarked
package dev.backstitch.orchestrator.worker;

import org.jspecify.annotations.NullMarked;

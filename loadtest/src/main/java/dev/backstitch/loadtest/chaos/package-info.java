/// Chaos over real processes: does anything get lost or done twice when everything breaks?
///
/// **The stage** ([Stage]). One durable PostgreSQL of its own, K worker processes ([ChaosWorker],
/// each a whole server, behind a [dev.backstitch.loadtest.network.PostgresProxy] of its own), and
/// the [dev.backstitch.loadtest.witness.Witness], a process that knows no database.
///
/// **The load** ([Load]). One client per business key starts a run of the chaos workflow
/// ([ChaosModule]) through any worker's HTTP API, sends it the signals that it waits for through
/// any, some of them twice, or has it cancelled or terminated instead, waits for its end through
/// any other, and starts the next. What it was told, it tells the witness; so does each activity
/// before it does anything.
///
/// **The faults** ([FaultPlan]) follow from a seed: what, when, and to whom. [Faults] carries them
/// out. The plan is the same every time; what the machines make of it is not.
///
/// **The proof.** When the time is over, faults are lifted, clients end, and all open runs must
/// close. Then `./backstitch check`'s checker looks at the database and the judge holds the
/// witness's file against the histories. A summary that says zero has been checked by both.
///
/// [Failover] uses the same stage to measure one thing: how long a worker's runs belong to nobody
/// when it is killed, or freezes, with thousands of them open. It counts in the database what is
/// open before each blow and what of it is there behind.
///
/// Reading order: [ChaosCommand], [Chaos], [Stage], [FaultPlan], [Faults], [Watch],
/// [RecoveryWatch], [ProgressWatch], [ChaosModule], [Load].
@NullMarked
package dev.backstitch.loadtest.chaos;

import org.jspecify.annotations.NullMarked;

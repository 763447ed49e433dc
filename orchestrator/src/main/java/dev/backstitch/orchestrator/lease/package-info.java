/// Who may write, and how that right ends.
///
/// **The state model.** A process registers as a *worker* and gets an id that is never used again.
/// Its *fence rows*, one per lane, are its right to append: every flush locks the row of its lane
/// and fails without it. Its *lease* is the promise to renew a heartbeat row within a stated time,
/// by the database's clock. Its *session lock* is an advisory lock on a connection that lives as
/// long as the process.
///
/// **How a death is noticed.** Every worker looks at the others four times a second, and once a
/// second while no other has a run ([FailureDetector]). A session lock that stays free means that
/// the socket is closed: the process was killed, or it is cut off. A heartbeat older than the lease
/// means a machine that has fallen silent with its sockets open.
///
/// **When the database itself was away**, every session is gone and every lease may be over, and
/// nobody is dead. So the signs count only after a time of calm: the asker's own session, over
/// which it asks, has not broken for a while, and the server has been up for as long. A process of
/// the same machine that does not exist any more needs no such time. Without this rule the first
/// worker to come back would take everybody's runs ([Suspect#isDead]).
///
/// **The takeover** is one transaction: lock the worker's row, delete its fence rows (which waits
/// for a flush in progress: it commits first, and is seen), mark the worker as ended, set its runs
/// free. From then on no flush of the old worker can succeed, whatever it believes: a process that
/// was frozen for an hour wakes up, is refused, and drops everything it has in memory. One that
/// froze while it held its fence row is not waited for: after five seconds its lane sessions are
/// ended.
///
/// **A worker doubts itself, too.** No `WRITE` and no `ONCE` is begun when nine tenths of the lease
/// have passed since the last renewal, or the session has broken since ([WorkerLease#isCurrent]): a
/// process that was frozen or cut off, or heard late of a commit, would do what its successor is
/// doing.
///
/// **The guarantees.** No event is written by a worker after its fence row is gone. Every open run
/// belongs to a live worker within seconds of any failure, without anybody's help. A worker that is
/// wrongly taken for dead loses time, never facts. No two machines' clocks are compared.
///
/// Lock order: worker row, fence rows, run rows.
///
/// Reading order: [WorkerLease], [WorkerSession], [FailureDetector], [Suspect], [LeaseStore].
@NullMarked
package dev.backstitch.orchestrator.lease;

import org.jspecify.annotations.NullMarked;

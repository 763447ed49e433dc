/// What runs want others to see: from the record to the delivery.
///
/// **The idea.** A run does not call a target, it says what the target should show. The flush that
/// records that in the history puts it into the outbox, so nothing is posted that is not durable.
/// Of many versions under one key only the newest leaves, many keys leave together, and what the
/// target shows already does not leave at all: a hundred changes can be one post.
///
/// **The state model.** A version of a key is *recorded*; then *superseded* by a newer one, or
/// *delivering* (marked as sent before anything leaves); then *delivered*, or *dead* if the target
/// refused it or it failed too often. A version is the place in a history that recorded it, so a
/// later run's is newer than an earlier one's. A version that was sent without an answer stays *in
/// doubt*, whatever is recorded meanwhile, until somebody has asked the target.
///
/// **The guarantee.**
/// 1. Every version that was recorded is delivered, superseded or dead, or is pending still. A
///    target shows the newest in the end.
/// 2. It sees the versions of a key in increasing order: one delivery per target is in flight, and
///    a version in doubt is settled by asking ([PostTarget#readBack]) before the next is sent. A
///    version is sent twice only to a target that can't tell.
/// 3. A run that declared final posts has posted exactly one per target and key when it is over,
///    and that is its last: the transaction that closes the run puts it into the outbox, also when
///    that is a termination, of which the run's code never hears.
///
/// **How the end is posted.** Whoever terminates a run has none of its code, and perhaps no process
/// that has. Therefore what is posted at the end is declared while the code runs, one content per
/// [dev.backstitch.orchestrator.workflow.Ending], and lies in a table until the run is closed. The
/// alternatives: a sweep that looks for closed runs without a post would need to know what to say;
/// running code of the workflow once more for a dead run could fail, or wait for a build that is
/// gone.
///
/// **When it breaks.**
///
/// | failure | left behind | then |
/// | --- | --- | --- |
/// | before anything was taken | what is due | another worker takes it |
/// | taken, not sent, and the process dies | a version in doubt | when the lease is over, the target is asked, says no, and it is sent |
/// | sent, not marked | the same | the target says yes, and it is marked |
/// | the answer is lost, or late | the same, by [Settled.Fate#UNKNOWN] | the target is asked behind a grace, when nothing can be on its way any more |
/// | the process freezes behind the taking | the same | when it wakes up it is too late to begin, and nothing is sent ([Courier]) |
/// | its answer comes behind the end of its lease | whatever others made of it | it changes nothing |
/// | the target is down | failures are counted | its circuit breaker leaves it alone for a growing time, then tries one post |
/// | somebody's quota is used up | posts that wait, doubts that stay | no attempt and no failure: the target is left alone until the ledger's time |
/// | the target refuses, or too many tries | a dead letter | the newer version takes its place, or an operator drives it again |
/// | the database is away | what was known before | as for a process that dies |
///
/// **What stays.** A process that freezes in the very moment between looking at the clock and
/// sending still sends when it wakes up. Only the target can refuse that: a branch by the commit
/// that it expects, a callback by the version that it carries.
///
/// **What it costs.** One statement per look, a few looks a second while there is nothing; two per
/// delivery, however many posts are in it. Nothing is locked while something is being sent. A flush
/// with posts takes two statements more.
///
/// **What is forgotten.** What became of a version is of interest for a while only. A server
/// removes what was delivered or superseded, of runs that are long over, and old deliveries
/// ([PostRetentionStore]); never the newest version of a key, nor one that waits, is in doubt or
/// dead.
///
/// Thread-safety: one thread looks ([Deliverer]), each delivery has one of its own. Lock order: of
/// the database, at the head of the migration `V008__outbox.sql`; `V014__shown_posts.sql` has the
/// newest form of `take_posts`.
///
/// Reading order: the head of `V008__outbox.sql`, [Outbox], [Courier] (one errand, the whole
/// protocol on one page), [Deliverer] (when, and how many at a time), [OutboxStore],
/// [OutboxReader].
@NullMarked
package dev.backstitch.orchestrator.outbox;

import org.jspecify.annotations.NullMarked;

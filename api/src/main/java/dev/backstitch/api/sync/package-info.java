/// Syncs that are configured by name, and what starts them.
///
/// **A sync** is a [SyncConfig]: which repositories, what is read, where it is written, and what
/// starts it. It is kept in the database with a version, so that two people who change it notice.
///
/// **What starts it.** A schedule, news from webhooks, or a person. The first two make a row due
/// (one for each repository), and [SyncTrigger] fires rows that are due. Firing is one transaction:
/// it locks the row, starts the run, takes the news it was started for, and moves the row to its
/// next time. Therefore:
///
/// 1. A due time has exactly one run, over all workers and across crashes: before the commit
///    nothing has happened, behind it the row is due at another time. A unique index stands behind
///    that.
/// 2. Times that were missed become one: the next is computed from now.
/// 3. News are in the table or in the input of a durable run, never in neither and never in both.
/// 4. One scheduled run and one run for news per branch at a time: while one is open, its row is
///    held, and what has come meanwhile goes into the next one.
/// 5. A person waits for neither. The schedule waits for a person's run, which does the same work
///    (unless both begin at the same moment).
///
/// A dry run is a run like any other, with its own history; its result holds the difference.
///
/// Reading order: [SyncConfig], [Syncs], `SyncStore`, [SyncTrigger], [SyncsApi].
@NullMarked
package dev.backstitch.api.sync;

import org.jspecify.annotations.NullMarked;

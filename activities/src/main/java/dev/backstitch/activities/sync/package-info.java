/// The progress sync: one run, one commit (several only where it must be).
///
/// [ProgressSync] is the whole story on one screen. The decisions it takes are pure and stand
/// apart: [SyncPlan] (who counts, who has changed) and [FetchedStudents] (what came, who failed and
/// why). The workflow itself does nothing but ask.
///
/// **What it costs.** With 185 students: one request for the branch, two for the heads, one for
/// each 25 changed files, one for the commit. Nothing changed: three requests and no commit.
///
/// **A class of thousands** is listed as any other, 100 for a request, and what has changed is
/// written in one commit as long as it fits; what does not is fetched and committed part by part
/// ([SyncParts]). A part ends with its commit and is forgotten.
///
/// **After webhooks** ([AnnouncedPull]) only the students they tell of are synced, and their heads
/// are taken from the deliveries: one request for the branch, one for up to 25 files, one for the
/// commit. Deliveries are lost, duplicated and reordered, so `Announcements` trusts them only as
/// far as they agree with the branch; otherwise the open pull requests are listed, as for
/// everybody.
///
/// **A dry run** reads the same and commits nothing: its result holds the difference.
///
/// **What it promises.** A student who fails keeps everything the branch holds of them and is
/// reported with a reason; the others are not held up. A file is written over another only if two
/// answers in a row show the pull request at its commit, and the second shows it open. An answer
/// that brings the file and not the pull request does not contradict, and the file counts. A closed
/// pull request keeps its file and its entries. The result does not depend on the order in which
/// anything arrived.
@NullMarked
package dev.backstitch.activities.sync;

import org.jspecify.annotations.NullMarked;

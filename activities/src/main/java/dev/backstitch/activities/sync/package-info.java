/// The progress sync: one run, one commit.
///
/// [ProgressSync] is the whole story on one screen. The decisions it takes are pure and stand
/// apart: [SyncPlan] (who counts, who has changed) and [FetchedStudents] (what came, who failed and
/// why). The workflow itself does nothing but ask.
///
/// **What it costs.** With 185 students: one request for the branch, two for the heads, one for
/// each 25 changed files, one for the commit. Nothing changed: three requests and no commit.
///
/// **What it promises.** A student who fails keeps everything the branch holds of them and is
/// reported with a reason; the others are not held up. A closed pull request keeps its file and its
/// entries. The result does not depend on the order in which anything arrived.
@NullMarked
package dev.backstitch.activities.sync;

import org.jspecify.annotations.NullMarked;

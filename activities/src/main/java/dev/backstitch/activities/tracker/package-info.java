/// The tracker branch: the students' files and the two maps, read as one state and written in one
/// commit.
///
/// **The guarantee.** A watermark is never on the branch without the file it stands for, and nobody
/// else's commit is ever lost. Both follow from `createCommitOnBranch`: one atomic commit that
/// lands only if the branch is still where we read it. There is no forced update anywhere.
///
/// **When the branch has moved**, [BranchWriter] reads it again and applies the changes anew
/// ([Merge], pure): entries nobody else touched are ours to set; where another writer set the same
/// student's watermark, ours wins only if the pull request still stands at our commit. What is
/// equal to the branch is left out, and if nothing is left there is no commit.
///
/// **A renamed repository** is found by its old name when it is read, and is called by its new one
/// from then on, also if it is renamed between reading and committing.
///
/// **When nobody knows** whether a commit landed (a timeout, a 5xx, a broken connection, a crash),
/// its mark is looked for among the newest commits: `Sync-Op:` with the idempotency key of the
/// call, the same on every attempt. Should it land later than we look, the same expected head makes
/// the second one stale, and we look again.
///
/// **When a commit is too large** for GitHub, which says so by a 502 as a rule, it is halved after
/// the second refusal ([Portions]). Every part holds files with their watermarks and has a mark of
/// its own, and the last one has the call's.
///
/// Maps that can't be parsed stop the sync instead of counting as empty: the next commit would wipe
/// out everybody who is in them.
///
/// Reading order: [TrackerState], [BranchReader], [Merge], [Portions], [BranchWriter].
@NullMarked
package dev.backstitch.activities.tracker;

import org.jspecify.annotations.NullMarked;

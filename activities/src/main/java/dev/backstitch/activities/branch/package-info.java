/// Posts to a git branch: each key is a path, and everything due becomes one commit, even from many
/// runs.
///
/// **The guarantee.** Nobody else's commit is ever lost, and no reference is ever forced: a commit
/// lands only if the branch is where it was read. When somebody else was faster, the branch is read
/// again, what it has by now is left out, and the rest is tried anew from there. A branch that has
/// everything gets no commit.
///
/// **When nobody knows** whether a commit has landed, its mark is looked for among the newest
/// commits: `Sync-Op:` with the delivery, and `Sync-Run:` with the run. Should a commit be missed
/// because many others came since, sending it again finds the files there.
///
/// **When it is too much** for one commit, which GitHub seldom says, ever less of it is tried. A
/// commit that holds only some of a delivery names what it holds (`Portion`).
///
/// Why the progress sync commits by an activity instead is in `docs/decisions/0015`.
///
/// Reading order: [BranchTarget], [BranchAddress], [BranchFile], then `Portion` and `BranchClient`.
@NullMarked
package dev.backstitch.activities.branch;

import org.jspecify.annotations.NullMarked;

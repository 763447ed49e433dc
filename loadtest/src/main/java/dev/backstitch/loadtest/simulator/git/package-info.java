/// The bare git repository behind the simulator, on disk and readable by `git` itself.
///
/// GitHub keeps a repository and all its forks in one object store, the *network*: a commit pushed
/// to a fork can be read through the base repository. [ObjectNetwork] is that store. Which refs
/// belong to which fork is not its business; it holds the refs of the base repository alone.
@NullMarked
package dev.backstitch.loadtest.simulator.git;

import org.jspecify.annotations.NullMarked;

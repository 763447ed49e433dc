/// A seeded class of students whose progress is to be synced, and the answer to what a right sync
/// must have written.
///
/// [SyncWorld] makes the class: every student has a fork with a `progress.json` and one open pull
/// request on `main`; the branch `tracker` collects the files. Its methods then change the world as
/// students, teachers and accidents do. The format is that of the real progress repositories;
/// names, ids and texts are invented.
///
/// [TrackerOracle] computes the tracker's files from the pull request heads alone, with its own
/// JSON reader and writer ([PythonJson]), so that it can judge the product without sharing its
/// mistakes. Both maps are written like the student files: indented by two, no newline at the end,
/// keys in numeric order.
@NullMarked
package dev.backstitch.loadtest.simulator.world;

import org.jspecify.annotations.NullMarked;

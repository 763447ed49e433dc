/// Cells: several PostgreSQL, each with workers of its own, and runs spread over them by key.
///
/// **What a cell is.** A database and the server processes that work on it, a whole Backstitch,
/// that knows nothing of other cells ([Cell]). Nothing is shared, so nothing has to be agreed on,
/// and what is down is down for its own runs only.
///
/// **How a run finds its cell.** By a hash of its key ([CellRouter]), which whoever starts a run
/// has, and whoever asks about it later has, too. Not by its id: ids hold ten bits of the worker
/// that made them, workers are numbered by their database, and so two cells can make the same id.
///
/// **What is measured.** The same load for each cell, with one cell and with several
/// ([CellsBench]): held at a rate that leaves processors idle, several cells must do several times
/// as much at the same cost per step; flat out, the sum ends where the machine's processors do. All
/// cells run from the beginning; those that are not used yet are idle. The router lives in this
/// process with the clients, and its processor time is in no cell's.
///
/// Reading order: [CellRouter], [Cell], [CellsBench].
@NullMarked
package dev.backstitch.loadtest.cells;

import org.jspecify.annotations.NullMarked;

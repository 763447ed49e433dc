/// What a load is put on: an engine and its database.
///
/// A [LoadDatabase] is an embedded PostgreSQL of the load's own, durable as in real use, and gone
/// afterwards. On it one [Engine] after the other is opened: in this process, or as server
/// processes that are spoken to over HTTP. To whoever puts the load on, both are a [Target].
///
/// Every measurement gets an engine of its own, because PostgreSQL's sessions tell some of their
/// counters only when they end.
///
/// Reading order: [Target], [Engine], [LoadDatabase], [LoadWorker].
@NullMarked
package dev.backstitch.loadtest.load.stage;

import org.jspecify.annotations.NullMarked;

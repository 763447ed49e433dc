/// A network that fails on command: [PostgresProxy] stands between a worker and its PostgreSQL.
///
/// It is used by chaos and by tests. It understands just enough of PostgreSQL's protocol
/// (https://www.postgresql.org/docs/18/protocol-flow.html) to tell which request an answer belongs
/// to, so that exactly the answer to a commit can be lost.
///
/// Reading order: [PostgresProxy], then `Link` (one connection), then `Requests` (what the client
/// asked).
@NullMarked
package dev.backstitch.loadtest.network;

import org.jspecify.annotations.NullMarked;

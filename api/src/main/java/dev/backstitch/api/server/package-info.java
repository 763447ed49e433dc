/// One server process: database, engine and web server, started in this order and stopped in the
/// opposite one.
///
/// A server owns its home folder: [HomeFolder] holds a lock for as long as the process lives, and
/// `server.json` tells the command line where the server listens. A second server on the same home
/// is refused, with the address of the first.
///
/// A *quiet* server (`ServerConfig.announced` false) serves one command: it listens on any free
/// port, says nothing about itself, and may work beside the announced one, on the same database, as
/// any second worker would.
///
/// Reading order: [ServerConfig], [Server], [HomeFolder], [DatabaseUrl].
@NullMarked
package dev.backstitch.api.server;

import org.jspecify.annotations.NullMarked;

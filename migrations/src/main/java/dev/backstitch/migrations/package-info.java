/// The schema of Backstitch, the migrator that applies it, and the embedded PostgreSQL.
///
/// # The embedded PostgreSQL
///
/// It is meant to be trusted with data that matters: durable by default, closed to other users, and
/// never in a state that a person has to clean up. It brings its programs along and needs no
/// installation, no privilege and no socket but one port on the loopback.
///
/// ## The state of a home folder
///
/// | in the folder | means | written by |
/// | --- | --- | --- |
/// | `owner.lock` | whoever holds the lock on it owns the folder; the content is only for messages | the owner |
/// | `postgresql-<checksum>/` | the programs, complete when the mark inside agrees with what is there | the owner (or elsewhere, shared) |
/// | `password` | made once, before the data; complete or not there | the owner |
/// | `data.unfinished-*/` | an `initdb` that has not ended, or never will | the owner |
/// | `data/` | a complete cluster with role and database; never deleted by us | PostgreSQL |
/// | `data/postmaster.pid` | a server that runs here, or ran when something was killed | PostgreSQL |
/// | `port` | the last port, taken again if it is free | the owner |
/// | `server.log`, `server.log.1` | the server's log, exchanged at a start above 10 MB | PostgreSQL |
///
/// A process is the *owner* or a *guest*. There is one owner at most, because the operating system
/// gives the lock to one process and takes it back when that process ends, however it ends. All
/// that is written to the folder is written by the owner and its server, so no step needs to think
/// of a second writer; each only has to expect that the former owner died after any of its own
/// steps.
///
/// ```
///            lock is free                        server ends by itself
///   start ----------------> owner (runs server) -----------------------.
///     |                       ^                                        |
///     | lock is held          | lock became free                       |
///     '--------------------> guest (uses the owner's server) <---------'
/// ```
///
/// ## What is guaranteed
///
/// 1. One server at most works in a data folder.
/// 2. What was acknowledged is there after any crash of the process, the server or the machine,
///    unless durability was switched off.
/// 3. The server ends with its owner, within a second if its disk can keep up, whether the owner
///    closed it, was stopped by Ctrl-C or was killed.
/// 4. Ctrl-C and the end of a terminal reach the application only. It can still write while it
///    stops.
/// 5. When the owner goes, a guest becomes the owner, on the same port if that is free. Its
///    connections fail for that moment; data sources and pools go on by themselves.
/// 6. No start needs a person to remove something first. Where we cannot know what is right,
///    nothing is touched and the message says what to do.
/// 7. PostgreSQL never runs as root, and nobody connects without the generated password.
///
/// ## What can go wrong, and what then happens
///
/// | event | what is left | the next start |
/// | --- | --- | --- |
/// | killed while unpacking | a folder `.unpacking-*` | unpacks again; removes it when it is an hour old |
/// | killed during `initdb`, which then lives on for a second | `data.unfinished-*` | makes another one and wipes it |
/// | owner killed | server stops by its watchdog, fast | sees an orderly stop, or waits for it |
/// | owner and watchdog killed | an orphaned server | finds it by its pid file, stops it in order |
/// | server killed | a pid file, perhaps its last children | the owner starts it at once; PostgreSQL replays its log |
/// | power cut | a pid file whose number may now be another program's | sees that this is no server of this folder, removes the file |
/// | power cut after unpacking | programs with holes | sees that sizes differ, unpacks again |
/// | disk full | whatever was complete | says so; goes on where it was once there is room |
/// | the pid file's process is a PostgreSQL of another folder | | leaves that one alone |
///
/// The watchdog (`watchdog.sh`) is the server's parent and waits on a pipe from the owner. Closing
/// the pipe is also how an orderly [EmbeddedPostgres#close()] stops the server: the way out in an
/// emergency is the one that is used every day.
///
/// Not covered: several machines with one home on a network disk, where locks may lie; Windows.
///
/// ## Reading order
///
/// [EmbeddedPostgres] has the two roles and the change between them. `ServerStart` is the list of
/// what an owner does, each item a class: `ServerUser` (as whom), `Binaries` with `Platform` and
/// `TarArchive` (the programs), `Postmaster` (orphans), `Cluster` (the data), `Ports`,
/// `ServerProcess` and `watchdog.sh` (start, stop, log). `HomeFolder` and `HomeLock` are what all
/// of them stand on. `EmbeddedPostgresException` holds every message a user can get.
///
/// # The schema
///
/// The SQL files `V001__schema.sql` and on lie beside these classes; [Migrator] applies them and
/// [SchemaDump] shows what they add up to, in `migrations/schema.sql`.
@NullMarked
package dev.backstitch.migrations;

import org.jspecify.annotations.NullMarked;

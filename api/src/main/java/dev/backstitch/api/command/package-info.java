/// The command line.
///
/// Every command that needs a server looks for the one that runs on the home folder
/// (`server.json`), and talks to it over HTTP like anybody else ([ApiClient]). `sync` starts one in
/// its own process if there is none; the inspecting commands then read the database of the home
/// folder directly ([StoredRuns]), so that looking at runs never sets one going.
///
/// Secrets come from the environment only ([Environment]). Whatever a person can do wrong ends with
/// one line that says what to do, and an exit code: 0 done, 1 not done, 2 used wrongly.
///
/// Other modules contribute commands through [CommandModule].
///
/// Reading order: [Backstitch], [SyncCommand], [RunSource].
@NullMarked
package dev.backstitch.api.command;

import org.jspecify.annotations.NullMarked;

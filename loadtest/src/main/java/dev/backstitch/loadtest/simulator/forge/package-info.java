/// What the simulated GitHub stores: users, a base repository with its forks, branches and pull
/// requests. It knows neither HTTP nor students.
///
/// [Forge] is the only thing that changes here; everything it hands out is a value. Pull requests
/// are kept by number, fork branches by name; base branches are refs of the bare repository, and
/// `refs/pull/<number>/head` follows every pull request as on GitHub, also after its fork is gone.
///
/// Lock order: the forge's own monitor, then (inside JGit) the lock of one ref. Reads of git
/// objects take no lock of ours.
@NullMarked
package dev.backstitch.loadtest.simulator.forge;

import org.jspecify.annotations.NullMarked;

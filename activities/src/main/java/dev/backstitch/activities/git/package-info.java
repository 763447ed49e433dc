/// The git protocol, as the last way to the files of pull requests that no API shows.
///
/// A git host keeps `refs/pull/N/head` for every pull request, also when the fork is deleted, and
/// shows it without quota. [HeadFiles] asks it for many heads in one conversation of three
/// requests, in version 2 of the protocol (https://git-scm.com/docs/protocol-v2):
///
/// 1. what it offers, which is also where a renamed repository is found;
/// 2. where the wanted pull requests stand (`ls-refs`): one that shows another commit than the
///    wanted one is left out, because its ref may lag behind a push, or be ahead of what was
///    listed;
/// 3. the wanted commits without their history (`fetch`, `deepen 1`), and without files that are
///    too large for a student's (`filter`), so that one student's film does not keep out the rest.
///
/// **Bounds.** A conversation has one time and one number of bytes for all its answers, and a pack
/// is parsed in memory, object by object, none of which may be large. Nothing is written to disk.
///
/// **JGit** reads the pack; no other package of this module sees it. It would like to read the
/// user's and the machine's git configuration, and does not get it ([HermeticSystem]). Its own HTTP
/// is not used: [dev.backstitch.activities.client.GitSession] knows where the token may go, and
/// bounds every exchange as a whole, which a timeout for each read does not. No thread of JGit is
/// started.
@NullMarked
package dev.backstitch.activities.git;

import org.jspecify.annotations.NullMarked;

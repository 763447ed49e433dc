/// The GitHub side: [GitHubModule] registers the progress sync and the activities it calls.
///
/// The packages, in the order in which they build on each other: `client` talks to the API and
/// judges its answers, `app` speaks for a GitHub App; `format` knows the bytes on the branch;
/// `contents` reads files exactly; `pulls` and `tracker` hold the activities; `sync` holds the
/// workflow. Beside them are targets of posts: `branch` (files on a git branch), `status` and
/// `check` (of commits), which share `post`; and `callback` (anybody's HTTP server). And `webhook`
/// finds the deliveries that never arrived.
///
/// Every setting is in the documentation of [GitHubModule].
@NullMarked
package dev.backstitch.activities;

import org.jspecify.annotations.NullMarked;

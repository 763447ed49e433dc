/// Pull requests: where their heads are, and what files they hold.
///
/// [ListHeads] reads 100 heads for one point. [FetchFile] is a batch activity: 25 files for one
/// point, each with an outcome of its own ([FetchedFile]), because one student's deleted fork or
/// broken file must not stop another's.
///
/// **How a batch fails.** GitHub gives a query about ten seconds. One that is too heavy ends in
/// 502, 504, a broken connection, or in a 200 that lacks some answers. What came is kept; the rest
/// is asked for half as many at a time (25, 12, 6, 3, 1), then by REST. If the smallest request
/// fails the same way, GitHub is down: the items fail as passing, and the engine tries them again
/// later, each by its own policy. What a repository was found to bear is remembered ([BatchSizes]),
/// so that the next batch does not fail in the same way first. Quota and credentials are nobody's
/// size, so they fail the items at once.
///
/// Listing goes the same way: 100, once more 100, 50, 25 in a page, then by REST ([RestHeads]).
///
/// **Which commit.** Always the one that was listed, by its id, in the base repository, which sees
/// the commits of its forks even when a fork is deleted. If the base does not show it (it may lag
/// behind a push), the fork is asked, and the base once more by REST. If nobody shows it, it may
/// have been pushed a moment ago: the call fails as passing, and the engine, which holds nothing
/// meanwhile, asks again. Only at the fifth look, after 15 seconds, it is believed to be gone.
///
/// **Whether that is still right** is asked in the same document as the file, because a list may
/// come from a replica that lags: [Fetched] says where else the pull request was shown. What
/// follows from it is for the caller to decide.
///
/// **The last way** is the git host ([GitFallback]): it is asked, for all of a batch together, for
/// commits that no API shows when their fork is deleted or the look is the last, and for files that
/// the API can't bring. Whatever goes wrong there leaves what the API said.
///
/// Reading order: [PullRequests], [RestHeads], [FileFetcher], [FetchBatch], `FilesQuery`,
/// [GitFallback].
@NullMarked
package dev.backstitch.activities.pulls;

import org.jspecify.annotations.NullMarked;

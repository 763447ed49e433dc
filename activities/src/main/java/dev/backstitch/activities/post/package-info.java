/// What targets at GitHub have in common: how a place, a key and a content are read, how posts are
/// sent one after the other, and what a problem means for a post.
///
/// A delivery of many posts takes one request or more for each. It stops in good time, and as soon
/// as GitHub says no to what is not the post's own fault: what was not tried counts as no attempt.
///
/// The quota ledger is asked before a delivery begins ([Reach]) and before every further request of
/// it. Posts are live: the work behind them is done, and people look at them. What must wait is
/// left alone until the ledger's time; questions about doubts too, which stay doubts.
///
/// Reading order: [Reach], [RepositoryPlace], [CommitKey], [OneByOne], [GitHubOutcome].
@NullMarked
package dev.backstitch.activities.post;

import org.jspecify.annotations.NullMarked;

/// What targets at GitHub have in common: how a place, a key and a content are read, how posts are
/// sent one after the other, and what a problem means for a post.
///
/// A delivery of many posts takes one request or more for each. It stops in good time, and as soon
/// as GitHub says no to what is not the post's own fault: what was not tried counts as no attempt.
///
/// Reading order: [RepositoryPlace], [CommitKey], [OneByOne], [GitHubOutcome].
@NullMarked
package dev.backstitch.activities.post;

import org.jspecify.annotations.NullMarked;

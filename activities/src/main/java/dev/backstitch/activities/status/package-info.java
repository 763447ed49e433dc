/// Posts statuses of commits: the target is `github-status:API/OWNER/REPO`, the key is
/// `SHA/CONTEXT`, the content a [CommitStatus].
///
/// GitHub keeps every status of a commit and context and shows the last one. So a version that
/// arrives twice does no harm but takes one of the thousand that a commit and context may have.
///
/// **When nobody knows** whether one has arrived, the commit is asked what it shows: the same means
/// that it has. Of a version that a newer one has replaced meanwhile nobody knows what it was, so
/// it stays unsure, and the newer one is sent in any case.
///
/// Reading order: [StatusTarget], [CommitStatus].
@NullMarked
package dev.backstitch.activities.status;

import org.jspecify.annotations.NullMarked;

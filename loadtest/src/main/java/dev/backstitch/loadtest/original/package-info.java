/// The way the original progress sync works, as the baseline that the product is compared with.
///
/// [OriginalPoller] follows the published script of git-mastery/progress step by step: one request
/// for the repository, pages of 30 pull requests, one request per pull request for its file by the
/// name of the fork's branch, then up to three commits (students, user map, hashes) and one push.
/// It runs serially as the script first did, and with eight threads and the skip on an unchanged
/// head as it did later. Checkout and push are git and cost no API request, so they are done
/// straight in the repository and take no time here.
///
/// The comparison is fair to the original: its skip works (in the script the keys' types differ, so
/// nothing was skipped), no user is dropped from the map, an empty commit is no crash, and the
/// pause that its client library makes between requests is left out. What stays is the number and
/// the order of its requests.
@NullMarked
package dev.backstitch.loadtest.original;

import org.jspecify.annotations.NullMarked;

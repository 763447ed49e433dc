/// Posts check runs: the target is `github-check:API/OWNER/REPO`, the key is `SHA/NAME`, the
/// content a [CheckReport]. Only a GitHub App may write them.
///
/// **One check run for all versions of a key.** The first version makes it, later ones update it.
/// It is found again by its external id, which says which version it shows:
/// `backstitch:RUN:SEQ:2/3` is that of run RUN, place SEQ in its history, of which two of three
/// parts are there. So a post whose answer was lost is not made twice, and one that was cut off is
/// continued.
///
/// **Annotations** go in parts of 50, which is all that one request may bring; the check run is
/// completed by the last part. GitHub adds to those that are there and never takes one away, so a
/// version that comes after one with annotations makes a new check run of the same name, which
/// GitHub shows instead of the old one. So does one that is under way again after one that was
/// completed.
///
/// Reading order: [CheckTarget], [CheckReport], `CheckRuns`, `Stamp`.
@NullMarked
package dev.backstitch.activities.check;

import org.jspecify.annotations.NullMarked;

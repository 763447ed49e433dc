/// How what is of no use any more is removed, by every server, a little at a time.
///
/// **What goes**: what became of the posts of runs that are over, deliveries, why runs were
/// started, and which webhooks were accepted, each after a time of its own ([RetentionConfig]).
/// Never what something still depends on: each rule says in its store what stays.
///
/// **How**: once an hour, in batches of a thousand rows, each a transaction of its own, with a
/// breath in between, and no more than so many in a round. Several servers do the same side by
/// side; a row is removed by one of them.
///
/// **What stays as it is**: runs and their histories.
///
/// Reading order: [RetentionConfig], [Retention].
@NullMarked
package dev.backstitch.api.retention;

import org.jspecify.annotations.NullMarked;

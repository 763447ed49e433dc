/// When operations begin, and what their latency is counted from.
///
/// **Open loop** (a rate is given). Operations are wished for at times that follow from a seed
/// alone ([Schedule]), as by clients who know nothing of each other and of how busy the system is.
/// Each latency is counted from the *intended* time. So a system that stalls for a second is
/// charged a second by the operation it stalls, and what is left of that second by every operation
/// that was wished for meanwhile, also by those that could not begin. A generator that waits for
/// the answer before it asks again would have left those questions out ("coordinated omission").
///
/// **Closed loop** (no rate). So many clients ask, wait for the answer, and ask again. This shows
/// how much can be done at a concurrency; its latencies say nothing about a given rate.
///
/// **Bounds.** Every generation ends: by its number of operations, by its time, by a [Halt], or by
/// too many failures. What is then on its way is waited for, and what has not ended within
/// [Generator#DRAIN] is counted as unfinished.
///
/// Reading order: [Generator], [Schedule], [Tally], [Latency].
@NullMarked
package dev.backstitch.loadtest.load.arrival;

import org.jspecify.annotations.NullMarked;

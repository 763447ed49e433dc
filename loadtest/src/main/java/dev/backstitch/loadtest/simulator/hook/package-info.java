/// Webhooks as GitHub sends them: signed, each in a request of its own, never repeated by itself,
/// and kept for three days in a log from which they can be sent again under the same `guid`.
///
/// What goes wrong on the way is chosen by seed ([HookTrouble]): some never arrive, some arrive
/// twice, some arrive behind those that were sent later.
@NullMarked
package dev.backstitch.loadtest.simulator.hook;

import org.jspecify.annotations.NullMarked;

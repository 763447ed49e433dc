/// The primary rate limit: points per account and resource in windows of an hour, and the secondary
/// one: requests at once and points per minute.
///
/// A window begins with the first request after the last one ended, as GitHub's does, and ends an
/// hour later by the simulator's clock. The instant of the reset that clients see jitters by a
/// second, because GitHub's does.
@NullMarked
package dev.backstitch.loadtest.simulator.quota;

import org.jspecify.annotations.NullMarked;

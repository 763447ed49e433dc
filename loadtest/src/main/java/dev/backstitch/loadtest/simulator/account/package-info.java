/// Who calls: tokens and the accounts they belong to. A quota belongs to the account, an ETag to
/// the token. An App proves by a [SignedClaim] who it is and gets tokens for its installations,
/// which end after an hour of the simulator's clock.
@NullMarked
package dev.backstitch.loadtest.simulator.account;

import org.jspecify.annotations.NullMarked;

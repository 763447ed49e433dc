/// Who calls: tokens and the accounts they belong to. A quota belongs to the account, an ETag to
/// the token.
@NullMarked
package dev.backstitch.loadtest.simulator.account;

import org.jspecify.annotations.NullMarked;

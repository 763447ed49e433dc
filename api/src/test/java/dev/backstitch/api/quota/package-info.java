/// Tests of what the quota ledger shows over HTTP.
@NullMarked
package dev.backstitch.api.quota;

import org.jspecify.annotations.NullMarked;

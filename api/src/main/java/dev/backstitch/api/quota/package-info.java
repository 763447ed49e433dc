/// What the quota ledger knows, over HTTP.
@NullMarked
package dev.backstitch.api.quota;

import org.jspecify.annotations.NullMarked;

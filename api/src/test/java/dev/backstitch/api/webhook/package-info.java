/// Tests of webhooks.
@NullMarked
package dev.backstitch.api.webhook;

import org.jspecify.annotations.NullMarked;

/// What operators and their tools ask: is it alive, is it ready, how does it do.
@NullMarked
package dev.backstitch.api.monitoring;

import org.jspecify.annotations.NullMarked;

/// Tests of health and metrics.
@NullMarked
package dev.backstitch.api.monitoring;

import org.jspecify.annotations.NullMarked;

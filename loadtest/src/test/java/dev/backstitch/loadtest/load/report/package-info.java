/// What a report shows of measurements that were not taken.
@NullMarked
package dev.backstitch.loadtest.load.report;

import org.jspecify.annotations.NullMarked;

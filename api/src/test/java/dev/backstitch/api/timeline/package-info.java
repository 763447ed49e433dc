/// Tests of the drawing, without a browser.
@NullMarked
package dev.backstitch.api.timeline;

import org.jspecify.annotations.NullMarked;

/// Tests of the pages, with and without a browser.
@NullMarked
package dev.backstitch.api.page;

import org.jspecify.annotations.NullMarked;

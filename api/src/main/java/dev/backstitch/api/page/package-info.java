/// probe
@NullMarked
package dev.backstitch.api.page;

import org.jspecify.annotations.NullMarked;

/// Tests of what holds for every request.
@NullMarked
package dev.backstitch.api.http;

import org.jspecify.annotations.NullMarked;

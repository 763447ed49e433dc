/// What modules have registered, as the engine needs it: names, types, code and options.
@NullMarked
package dev.backstitch.orchestrator.catalog;

import org.jspecify.annotations.NullMarked;

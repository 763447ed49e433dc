/// Every limit of the engine, with a name and a range.
@NullMarked
package dev.backstitch.orchestrator.config;

import org.jspecify.annotations.NullMarked;

/// Benchmarks of the engine's hot inner pieces, each alone, with JMH: `./backstitch bench micro`.
///
/// Those of pieces that are private to a package are in a package of that name in this module. What
/// a piece costs within everything else is another question: `bench peers` and `load --jfr` answer
/// that.
@NullMarked
package dev.backstitch.micro;

import org.jspecify.annotations.NullMarked;

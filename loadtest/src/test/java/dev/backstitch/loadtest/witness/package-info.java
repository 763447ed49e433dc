/// The judge, with every fault planted, and the witness's process.
@NullMarked
package dev.backstitch.loadtest.witness;

import org.jspecify.annotations.NullMarked;

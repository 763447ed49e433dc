/// The workflows that load tests run, and their activities. They do nothing but what is to be
/// measured: an activity returns what it was given.
///
/// Reading order: [LoadModule].
@NullMarked
package dev.backstitch.loadtest.load.workload;

import org.jspecify.annotations.NullMarked;

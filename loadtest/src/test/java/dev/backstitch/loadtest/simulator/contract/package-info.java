/// How the reduced copies of GitHub's schemas are made, and the tests of the contract.
@NullMarked
package dev.backstitch.loadtest.simulator.contract;

import org.jspecify.annotations.NullMarked;

/// What the tests of several packages share: a server on a database of its own, workflows that do
/// what a test wants, and an HTTP client.
@NullMarked
package dev.backstitch.api.testing;

import org.jspecify.annotations.NullMarked;

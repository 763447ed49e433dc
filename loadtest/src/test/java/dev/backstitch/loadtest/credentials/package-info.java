/// A GitHub App, and the token of GitHub Actions, against the simulated GitHub.
@NullMarked
package dev.backstitch.loadtest.credentials;

import org.jspecify.annotations.NullMarked;

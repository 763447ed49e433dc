/// The web server itself: what holds for every request, whichever route serves it.
///
/// A request passes, in this order:
/// 1. [SecurityHeaders]: what browsers may do with the answer.
/// 2. [AccessGuard]: is the name it was asked under ours, does a change come from our own pages, is
///    the token right.
/// 3. its route, contributed by a [Routes].
/// 4. [Problems], if anything went wrong: every error is a [Problem] (RFC 9457) with a stable code.
///    People's browsers get the same as a page.
///
/// [QueryParameters] and [RequestBody] read what a request brings; both are bounded and refuse what
/// they do not know, because a misspelt filter that is ignored shows the wrong runs. Requests are
/// served on virtual threads; a handler may block.
@NullMarked
package dev.backstitch.api.http;

import org.jspecify.annotations.NullMarked;

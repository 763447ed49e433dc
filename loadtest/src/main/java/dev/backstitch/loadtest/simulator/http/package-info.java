/// A small HTTP/1.1 listener on the loopback, made for misbehaving on purpose.
///
/// The JDK's own `com.sun.net.httpserver` was tried first. It overwrites `Date` in every answer,
/// closes connections only politely and cannot cut an answer short, but clock skew, connection
/// resets and broken bodies are what a client of GitHub must survive. So this package speaks the
/// little of HTTP/1.1 that API clients use: persistent connections, bodies with a length or in
/// chunks, one request at a time per connection. It knows nothing of GitHub.
@NullMarked
package dev.backstitch.loadtest.simulator.http;

import org.jspecify.annotations.NullMarked;

/// Posts to anybody's HTTP server, signed.
///
/// **The message.** One `POST` per delivery, with everything in it that was due. Its headers are
/// those of Standard Webhooks (https://www.standardwebhooks.com): `webhook-id`, the same whenever
/// the same versions are sent again; `webhook-timestamp`; `webhook-signature`, an HMAC-SHA256 of
/// both and of the body. So a receiver can tell who sent it, drop what is old, and drop duplicates;
/// and by the version that every post carries, what is older than what it has.
///
/// **What an answer means.** 2xx is delivered. 408, 5xx and no connection: tried again. 429 and 503
/// with `Retry-After`: left alone for that long. A broken or late answer: nobody knows, and since a
/// receiver can't be asked, it is sent again. Everything else, a redirect among it, is refused: the
/// signature goes nowhere but to the address that was posted to.
///
/// Reading order: [HttpCallback], [Signature], [CallbackModule].
@NullMarked
package dev.backstitch.activities.callback;

import org.jspecify.annotations.NullMarked;

/// A thin client for GitHub's two APIs: one request, one answer, everything it said kept.
///
/// **The rule of this package: judge in one place, remember everything, retry nothing.** Every
/// answer, good or bad, goes through [GitHubClient], which tells the quota ledger what its headers
/// say ([QuotaReport]). Every answer that is not what was asked for becomes a [Problem] in
/// [ProblemReader], by status, headers and body together, with a message that says what to do.
/// Retrying, waiting for quota and giving up belong to the engine, where they are visible in the
/// history: a [Problem] knows which of its exceptions it becomes.
///
/// **The token** comes from [Credentials], by the repository on whose behalf a request is sent
/// ([Meter]): one for all ([OneToken]), or that of an App's installation (package `app`). It is
/// sent in one header, to the origin of the configured [ApiUrl] and nowhere else; redirects are
/// followed by hand for that reason. No message, `toString` or log line holds it: texts from the
/// server are masked before they are quoted.
///
/// **What it costs.** A [Meter] travels with every call of one attempt and counts requests
/// (redirects included) and GraphQL points. [MeteredCalls] carries what failed attempts used over
/// to the attempt that returns, so that a result tells the whole price.
///
/// **Asking again.** A GET that was answered with an `ETag` is asked with it next time
/// ([KnownAnswers]): if nothing has changed, the answer costs no quota. Tags belong to tokens.
///
/// **Git.** The git host beside an API takes the same credentials and has no quota: [GitServer] and
/// [GitSession] carry its bytes, package `git` knows what they say.
///
/// **Clocks.** A reset is the server's time. It is corrected by the `Date` header of the same
/// answer ([Quota]), so a wrong local clock neither freezes the sync nor lets it run into a wall.
///
/// **Why not a library.** Those for Java hide what the sync lives on: they retry or sleep inside a
/// call, so that attempts never reach the history; they do not tell which bucket of the quota an
/// answer was charged to; and their GraphQL knows no variables. What is needed here is a handful of
/// requests.
///
/// Reading order: [ApiUrl], [GitHubClient], [GraphQl], [ProblemReader], [Problem], [Quota].
@NullMarked
package dev.backstitch.activities.client;

import org.jspecify.annotations.NullMarked;

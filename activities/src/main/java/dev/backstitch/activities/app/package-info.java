/// A GitHub App: how it proves who it is, and how it gets the tokens of its installations.
///
/// **Two steps.** The App signs a JSON Web Token (JWT) with its private key ([AppIdentity]); with
/// that it may ask where it is installed and for a token of an installation, and nothing else. The
/// token does the work, for an hour ([Installations]). An installation belongs to an owner of
/// repositories, is found by any of them, and has a quota of its own; several work side by side.
///
/// **One refresher.** A token is kept in memory and replaced when a sixth of its life is left, by
/// whoever comes first; until then the others go on with the old one. When the server refuses it
/// before its time, the first to hear of it gets a new one, and the others, who were refused the
/// same one, take that. Nobody is told of a 401 that a new token mends, and no request is sent more
/// than twice for it.
///
/// **Clocks.** The JWT is dated back by a minute and lives for less than ten. If it is refused and
/// the server's clock is more than 30 s away from ours, it is signed once more by the server's. The
/// life of a token is a distance by the server's clock.
///
/// **Secrets.** The key, JWTs and tokens leave this package only as the header of a request. Each
/// process gets tokens of its own, nothing is stored.
///
/// **Quota.** What asking for tokens costs is no use of the quota that the ledger keeps: GitHub
/// counts it for the App itself, no answer of an installation shows it, and booked on an
/// installation it would be a spend that the next answer denies. It is two requests when an
/// installation is first used and one an hour after that, of the App's own thousands. Should they
/// run out all the same, the refusal makes the call wait as any other does.
///
/// Reading order: [AppKey], [AppIdentity], [Installations].
@NullMarked
package dev.backstitch.activities.app;

import org.jspecify.annotations.NullMarked;

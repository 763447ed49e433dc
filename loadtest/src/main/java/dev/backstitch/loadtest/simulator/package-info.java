/// A simulated GitHub: what the demo syncs against, what tests trust, and what load is measured
/// with.
///
/// ```java
/// try (var simulator = GitHubSimulator.start(SimulatorConfig.likeGitHub())) {
///   // a client needs simulator.apiUrl(), simulator.token() and simulator.repository()
///   simulator.world().pushProgress(10);                 // ten students push
///   simulator.faults().next(Operation.COMMIT, new Fault.ResetAfterWrite());
///   ...
///   simulator.world().trackerDifferences();             // empty: the tracker is as it must be
///   simulator.counts();                                 // requests, points, commits
/// } // fails if anybody broke GitHub's contract and the test has not taken it: takeViolations()
/// ```
///
/// Started alone it is a GitHub for any client on this machine: `curl -H "Authorization: Bearer
/// TOKEN" URL/repos/seam-school/progress/pulls`, or `git log --git-dir` on
/// `world().gitDirectory()`.
///
/// **What makes it believable.** The answers come from a real bare repository. GraphQL documents
/// are executed over GitHub's own schema, REST requests and answers are held against GitHub's own
/// OpenAPI description, both cut down to what is served (package `contract`). Quotas, headers,
/// error types and texts are those seen from GitHub. What GitHub does not document and nobody has
/// recorded is a guess: the error for a commit to a missing branch, the exact place where large
/// text is cut, and the order in which a commit to a branch both stale and protected is refused.
///
/// **The way of a request.** [FrontDoor] counts it, reads what it is for and what is wrong with it
/// ([Call]), and asks the faults; [Gate] checks head, token and limits in GitHub's order and
/// charges the quota; [GraphQlDesk] or [RestDesk] answers. The git protocol, which has no quota,
/// goes to [GitDesk]. What is below `/_simulator` goes to [ControlDesk] instead, and what is about
/// callers from there to [CredentialDesk]. The latency is a total: the simulator's own work is part
/// of it, so that its checks make no client slower as long as they take less. An effect happens
/// when the request comes, not when its answer leaves.
///
/// **Laws.** What no description says but GitHub asks of every client is watched by package `law`,
/// and recorded beside what broke the contract. What is recorded fails who closes the simulator.
///
/// **Webhooks.** `addHook`, or the route that GitHub has for it, has every change of a pull request
/// sent to an address, signed, with seeded loss, doubles and delays; the log of deliveries and the
/// request to repeat one are served.
///
/// **What it is not.** It keeps no users but those it invents, takes no push, and serves only what
/// `rest` and `graphql` list. A field that is missing can be added in minutes, see the README
/// beside the schemas.
///
/// Packages, from the ground up: `git` (objects and refs), `forge` (repositories, forks, pull
/// requests), `world` (students and the oracle), `hook`, `quota`, `account`, `clock`, `fault`,
/// `contract`, `law`, `graphql`, `rest`, `http`.
@NullMarked
package dev.backstitch.loadtest.simulator;

import org.jspecify.annotations.NullMarked;

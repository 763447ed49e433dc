/// The REST routes: GET requests for repositories, pull requests, contents and git objects.
///
/// [Route] reads a request's path, also in the form `/repositories/<id>/...` that GitHub's `Link`
/// headers use, and gives the path as the OpenAPI description knows it. [RestApi] answers. The
/// shape of the answers is in [AccountJson], [RepositoryJson], [PullRequestJson] and [GitJson];
/// whether it is GitHub's is for the contract to say, which checks every one of them.
@NullMarked
package dev.backstitch.loadtest.simulator.rest;

import org.jspecify.annotations.NullMarked;

/// Runs over HTTP: `/api/v1/runs` and everything below.
///
/// [RunsApi] has the routes, [StartBody] reads the one body there is, [RunDocuments] are the
/// answers (records whose components are the JSON members, written down in `openapi.yaml`, which a
/// test holds against real answers), [EventStreams] sends events as they are recorded.
@NullMarked
package dev.backstitch.api.run;

import org.jspecify.annotations.NullMarked;

/// Webhooks that did not arrive.
///
/// GitHub repeats no delivery by itself, but keeps a log of them for three days
/// (https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook). A
/// [WebhookSweep] reads it and asks for everything again that nobody has accepted. It comes in as
/// any delivery does, under the same id, so a sweep too many does no harm.
///
/// A webhook belongs to a repository, or to an App, which is then told of every repository that it
/// is installed for. The App's log
/// (https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook) is shown to
/// the App itself only, and not to its installations.
@NullMarked
package dev.backstitch.activities.webhook;

import org.jspecify.annotations.NullMarked;

/// Webhooks of GitHub
/// (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
///
/// **The order** in which a delivery is looked at is what makes it safe: its size, its signature,
/// its event, and only then the database, so that nobody without the secret can fill a table. One
/// transaction writes down its id and what it tells ([WebhookIntake]); the answer 202 comes behind
/// the commit. The same delivery again finds its id and tells nothing.
///
/// **What is not here**: a delivery that never arrived. GitHub repeats none by itself; the sweep
/// (`dev.backstitch.activities.webhook`) has them repeated, and they come in through this same
/// door.
///
/// The secret is the setting `webhooks.secret` (`BACKSTITCH_WEBHOOKS_SECRET`). It is never shown,
/// and without it the door is shut.
///
/// Reading order: [WebhookApi], [WebhookSecret], `PullRequestEvent`, [WebhookIntake].
@NullMarked
package dev.backstitch.api.webhook;

import org.jspecify.annotations.NullMarked;

"""The addresses of webhooks, and what the API has of each."""

from __future__ import annotations

from orderway.ui.site import Page
from orderway.ui.webhooks.making import make_webhook, new_webhook, webhooks
from orderway.ui.webhooks.one import act, change, send, webhook

PAGES: tuple[Page, ...] = (
    Page("/webhooks", webhooks, shows=("webhooks",)),
    Page("/webhooks/new", new_webhook, shows=("stores",)),
    Page("/webhooks/new", make_webhook, "POST", does=("createWebhook",)),
    Page("/webhooks/{webhook}", webhook, shows=("webhook", "webhookDeliveries", "stores")),
    Page("/webhooks/{webhook}", change, "POST", does=("changeWebhook",)),
    Page(
        "/webhooks/{webhook}/act", act, "POST",
        does=("enableWebhook", "disableWebhook", "rotateWebhookSecret", "deleteWebhook"),
    ),
    Page("/webhooks/{webhook}/send", send, "POST", does=("sendWebhookTest", "redeliverWebhook")),
)  # fmt: skip

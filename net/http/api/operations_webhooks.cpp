// Webhooks, as administrators see and change them.
#include "net/http/api/operation.hpp"

namespace parley::net::api {

std::vector<operation> webhook_operations() {
  using enum error_code;
  return {
    {.name = "list_webhooks",
     .tag = "Webhooks",
     .summary = "Where events are posted, those of the configuration among them",
     .parameters = paged(),
     .answers = {{200, "A page of webhooks.", "WebhookPage"}}},
    {.name = "create_webhook",
     .tag = "Webhooks",
     .summary = "Makes a webhook; no other answer shows its secret",
     .bodies = {{"NewWebhook"}},
     .answers = {{201, "It is told what happens from now on.", "WebhookWithSecret"}}},
    {.name = "show_webhook",
     .tag = "Webhooks",
     .summary = "A webhook, and how much waits for it",
     .answers = {{200, "The webhook.", "Webhook"}},
     .errors = {webhook_not_found}},
    {.name = "change_webhook",
     .tag = "Webhooks",
     .summary = "Changes a webhook, which then may be told again what waits",
     .bodies = {{"WebhookPatch"}},
     .answers = {{200, "The webhook.", "Webhook"}},
     .errors = {webhook_not_found, webhook_configured}},
    {.name = "delete_webhook",
     .tag = "Webhooks",
     .summary = "Removes a webhook with what waits for it",
     .answers = {{204, "It is gone."}},
     .errors = {webhook_not_found, webhook_configured}},
    {.name = "list_deliveries",
     .tag = "Webhooks",
     .summary = "Events that wait for a webhook, or were given up, oldest first",
     .parameters = paged({{"state", "DeliveryState", "Of this state only."}}),
     .answers = {{200, "A page of events.", "WebhookDeliveryPage"}},
     .errors = {webhook_not_found}},
    {.name = "resend_delivery",
     .tag = "Webhooks",
     .summary = "Sends an event once more, as soon as its room's turn comes",
     .answers = {{202, "It waits.", "WebhookDelivery"}},
     .errors = {webhook_not_found, not_found}},
    {.name = "test_webhook",
     .tag = "Webhooks",
     .summary = "Sends a webhook an event of the type webhook.test, whatever it is told otherwise",
     .answers = {{202, "It waits.", "WebhookDelivery"}},
     .errors = {webhook_not_found}},
  };
}

} // namespace parley::net::api

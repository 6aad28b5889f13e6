// What the settings say of webhooks, in the words of who works with them.
#pragma once

#include "app/webhook_courier.hpp"
#include "config/settings.hpp"
#include "storage/ports.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace parley::app {

/// Lets the writer tell events, and makes the webhooks of the configuration those of the database. `told` is called
/// with each event, on the writer's thread. Not inside a transaction. Throws storage::storage_error.
void set_up_webhooks(storage::writer& store, const config::webhook_settings& s, const time_source& now,
                     std::function<void()> told);

courier_options courier_options_of(const config::webhook_settings& s, std::int64_t node,
                                   std::function<bool()> suspended);

} // namespace parley::app

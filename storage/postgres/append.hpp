// Many messages by one statement.
#pragma once

#include "storage/ports/messages.hpp"
#include "storage/sql/dialect.hpp"

#include <cstdint>
#include <libpq-fe.h>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace parley::storage::postgres {

/// Once a connection, before `send_append`.
void prepare_append(PGconn* conn);

/// Stores the drafts, of which no two have the same author, room and client_msg_id, in their order. With `alone`, the
/// statement is a transaction: it locks the writer's row `node` and leaves its name `batch` in `commits`. Nullopt where
/// that row is gone: nothing is stored. Throws `failure`.
std::optional<std::vector<sql::placed>> send_append(PGconn* conn, std::span<const message_draft> drafts,
                                                    std::int64_t node, std::int64_t batch, bool alone);

/// What became of the drafts of a batch, by the `ids` of its row in `commits`: `{{0,17},{1,18}}`. Of a draft that is
/// not in there, the client_msg_id was used before, or its room is gone.
std::vector<sql::placed> placed_by(std::string_view ids, std::span<const message_draft> drafts);

} // namespace parley::storage::postgres

// Where the database is, and what a connection to it needs beyond what its URL says.
#pragma once

#include <string>
#include <string_view>

namespace parley::storage::postgres {

/// A URL of libpq (PostgreSQL's manual, 34.1.1), completed: the primary is asked for, and a peer that is gone is
/// noticed within seconds. What the URL says itself stays. Throws `storage_error` on a URL that libpq does not take; no
/// text shows a password.
std::string connection_string(std::string_view url);

/// Throws `storage_error` with why libpq could not connect, on one line, and what to do about it.
[[noreturn]] void throw_unconnected(std::string_view refusal);

} // namespace parley::storage::postgres

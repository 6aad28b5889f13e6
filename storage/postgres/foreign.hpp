// Somebody else's PostgreSQL database.
#pragma once

#include "storage/foreign.hpp"

#include <memory>
#include <string_view>

namespace parley::storage::postgres {

std::unique_ptr<foreign_database> open_foreign(std::string_view url);

} // namespace parley::storage::postgres

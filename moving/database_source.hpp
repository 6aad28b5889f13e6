// The tables of another back end.
#pragma once

#include "moving/source.hpp"
#include "storage/foreign.hpp"

#include <memory>

namespace parley::moving {

/// Throws std::runtime_error where there is no table of users, or the database is Parley's own.
std::unique_ptr<source> open_tables(std::unique_ptr<storage::foreign_database> from);

} // namespace parley::moving

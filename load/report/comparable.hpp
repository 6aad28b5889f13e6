// Whether two runs put the same load on their servers, so that a comparison says something.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace parley::load {

/// Compares two documents; only `scenario` and `options` of the first are looked at. Empty where they are of the same
/// load, else the first thing that differs, for people. Where a server is, what it is called and how the result is
/// shown is no part of the load.
std::string why_not_comparable(const nlohmann::json& run, const nlohmann::json& against);

} // namespace parley::load

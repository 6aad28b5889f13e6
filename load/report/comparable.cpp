#include "load/report/comparable.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace parley::load {

namespace {

constexpr auto no_load = std::to_array<std::string_view>({"url", "dialect", "tokens", "server-pid", "sources", "assert",
                                                          "json", "report", "against", "quiet", "acks", "seed",
                                                          "ndjson", "junit", "prometheus", "ca", "insecure"});

/// Since this form a document holds every option that counts; an older one may lack some.
constexpr int complete_since = 2;

} // namespace

std::string why_not_comparable(const nlohmann::json& run, const nlohmann::json& against) {
  const auto text = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  const nlohmann::json scenario = against.value("scenario", nlohmann::json());
  if (run.value("scenario", nlohmann::json()) != scenario)
    return "its scenario is " + text(scenario);
  const nlohmann::json ours = run.value("options", nlohmann::json::object());
  const nlohmann::json theirs = against.value("options", nlohmann::json::object());
  if (!ours.is_object() || !theirs.is_object())
    return "it does not say of which load";
  const nlohmann::json& schema = against.value("schema", nlohmann::json());
  const bool old = !schema.is_number_integer() || schema.get<int>() < complete_since;
  std::set<std::string> names;
  for (const nlohmann::json* each : {&ours, &theirs})
    for (const auto& [name, value] : each->items())
      names.insert(name);
  for (const std::string& name : names) {
    const bool lacks = !theirs.contains(name);
    if (std::ranges::find(no_load, name) != no_load.end() || (old && lacks && name != "rate"))
      continue;
    if (ours.value(name, nlohmann::json()) != theirs.value(name, nlohmann::json()))
      return "its --" + name + " is " + (lacks ? std::string("not given") : text(theirs[name])) + ", here " +
             (ours.contains(name) ? text(ours[name]) : "none is");
  }
  return {};
}

} // namespace parley::load

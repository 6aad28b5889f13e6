#include "load/report/tag_table.hpp"

#include "load/measure/tag.hpp"
#include "load/report/figure_text.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace parley::load {

namespace {

nlohmann::json object_at(const nlohmann::json& run, const char* key) {
  const auto found = run.is_object() ? run.find(key) : run.end();
  return run.is_object() && found != run.end() && found->is_object() ? *found : nlohmann::json::object();
}

} // namespace

std::vector<tag_table> tag_tables(const nlohmann::json& run) {
  const nlohmann::json values = object_at(run, "figures");
  const nlohmann::json tags = object_at(run, "tags");
  std::vector<tag_table> out;
  for (const auto& [key, parts] : tags.items()) {
    tag_table made{.key = key, .parts = {}, .figures = {}};
    if (parts.is_array())
      for (const auto& each : parts)
        if (each.is_string())
          made.parts.push_back(each.get<std::string>());
    std::set<std::string> names;
    for (const auto& [name, value] : values.items())
      if (const auto part = tag_of(name); part && part->key == key)
        names.insert(std::string(untagged(name)));
    for (figure_group& group : figure_groups({names.begin(), names.end()}))
      made.figures.insert(made.figures.end(), group.names.begin(), group.names.end());
    if (!made.parts.empty() && !made.figures.empty())
      out.push_back(std::move(made));
  }
  return out;
}

std::vector<std::string> whole_figures(const nlohmann::json& run) {
  std::vector<std::string> out;
  const nlohmann::json values = object_at(run, "figures");
  for (const auto& [name, value] : values.items())
    if (!tag_of(name))
      out.push_back(name);
  return out;
}

} // namespace parley::load

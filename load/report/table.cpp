#include "load/report/table.hpp"

#include "load/measure/tag.hpp"
#include "load/report/compare.hpp"
#include "load/report/figure_text.hpp"
#include "load/report/tag_table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

namespace parley::load {

namespace {

/// Characters, not bytes, as `µ` and `–` are two and three.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded_left(const std::string& text, std::size_t to) {
  return std::string(to - std::min(to, width(text)), ' ') + text;
}

std::string ratio_text(const comparison& of) {
  if (!of.ratio)
    return "–";
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << *of.ratio << " x";
  if (of.result == outcome::better)
    out << " better";
  if (of.result == outcome::worse)
    out << " worse";
  if (of.result == outcome::same)
    out << " not distinguishable";
  return out.str();
}

/// The figure of each earlier run; null where it has none.
std::vector<nlohmann::json> earlier(const std::vector<nlohmann::json>& against, const std::string& name) {
  std::vector<nlohmann::json> out;
  out.reserve(against.size());
  for (const nlohmann::json& each : against)
    out.push_back(each.at("figures").value(name, nlohmann::json()));
  return out;
}

/// In a table the document's finer quantiles would only take place.
bool fits(const std::string& figure) {
  return !figure.starts_with("p90_") && !figure.starts_with("p999_");
}

void print_parts(std::ostream& out, const nlohmann::json& run) {
  const nlohmann::json& values = run.at("figures");
  for (const tag_table& each : tag_tables(run)) {
    std::vector<std::vector<std::string>> lines{{each.key}};
    for (const std::string& part : each.parts)
      lines.push_back({part});
    for (const std::string& figure : each.figures) {
      if (!fits(figure))
        continue;
      lines.front().push_back(figure);
      for (std::size_t i = 0; i < each.parts.size(); ++i)
        lines[i + 1].push_back(
          figure_text(figure, values.value(tagged(figure, {each.key, each.parts[i]}), nlohmann::json())));
    }
    out << "By " << each.key << '\n';
    std::vector<std::size_t> widths(lines.front().size());
    for (const auto& line : lines)
      for (std::size_t i = 0; i < line.size(); ++i)
        widths[i] = std::max(widths[i], width(line[i]));
    for (const auto& line : lines) {
      out << "  " << line.front() << std::string(widths.front() - width(line.front()), ' ');
      for (std::size_t i = 1; i < line.size(); ++i)
        out << "  " << padded_left(line[i], widths[i]);
      out << '\n';
    }
  }
}

void print_figures(std::ostream& out, const nlohmann::json& values, const std::vector<std::string>& names,
                   const std::vector<nlohmann::json>& against, const std::string& loop) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const std::string& name : names) {
    const nlohmann::json& value = values.at(name);
    name_width = std::max(name_width, name.size());
    value_width = std::max(value_width, width(figure_text(name, value)));
    for (const nlohmann::json& before : earlier(against, name))
      value_width = std::max(value_width, width(figure_text(name, before)));
  }
  for (const figure_group& group : figure_groups(names)) {
    out << group.title << (group.title == "Latency" ? " (" + loop + ")" : std::string()) << '\n';
    for (const std::string& name : group.names) {
      out << "  " << std::left << std::setw(static_cast<int>(name_width)) << name << "  "
          << padded_left(figure_text(name, values[name]), value_width);
      const auto before = earlier(against, name);
      for (const nlohmann::json& each : before)
        out << "  " << padded_left(figure_text(name, each), value_width);
      if (!before.empty())
        out << "  " << ratio_text(compare_figure(name, values[name], before));
      out << '\n';
    }
  }
}

} // namespace

void print_table(std::ostream& out, const nlohmann::json& run, const std::vector<nlohmann::json>& against) {
  out << run.at("scenario").get<std::string>() << " against " << run.at("target").at("url").get<std::string>() << " ("
      << run.at("target").at("dialect").get<std::string>() << ")\n";
  const std::string loop = run.value("loop", std::string("closed"));
  const nlohmann::json& values = run.at("figures");
  std::vector<std::string> names; // beside other runs those of a part have a row too, for their ratios
  for (const auto& [name, value] : values.items())
    names.push_back(name);
  print_figures(out, values, against.empty() ? whole_figures(run) : names, against, loop + " loop");
  if (against.empty())
    print_parts(out, run);
  for (const auto& each : run.at("assertions"))
    out << (each.at("held").get<bool>() ? "held    " : "FAILED  ") << each.at("text").get<std::string>() << '\n';
  if (const auto& said = run.at("verdict"); said.contains("certificate"))
    out << "Certificate\n  " << said.at("certificate").get<std::string>() << '\n';
  out << std::flush;
}

} // namespace parley::load

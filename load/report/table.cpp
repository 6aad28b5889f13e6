#include "load/report/table.hpp"

#include "load/report/compare.hpp"
#include "load/report/figure_text.hpp"

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

void print_figures(std::ostream& out, const nlohmann::json& values, const std::vector<nlohmann::json>& against,
                   const std::string& loop) {
  std::vector<std::string> names;
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const auto& [name, value] : values.items()) {
    names.push_back(name);
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
  print_figures(out, run.at("figures"), against, loop + " loop");
  for (const auto& each : run.at("assertions"))
    out << (each.at("held").get<bool>() ? "held    " : "FAILED  ") << each.at("text").get<std::string>() << '\n';
  if (const auto& said = run.at("verdict"); said.contains("certificate"))
    out << "Certificate\n  " << said.at("certificate").get<std::string>() << '\n';
  out << std::flush;
}

} // namespace parley::load

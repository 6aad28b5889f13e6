#include "load/report/html.hpp"

#include "load/measure/tag.hpp"
#include "load/report/compare.hpp"
#include "load/report/figure_text.hpp"
#include "load/report/markup.hpp"
#include "load/report/page_template.hpp"
#include "load/report/tag_table.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <set>
#include <vector>

namespace parley::load {

namespace {

using nlohmann::json;

/// `value[key]`, or null where there is none.
const json& at(const json& value, std::string_view key) {
  static const json none;
  const auto found = value.is_object() ? value.find(key) : value.end();
  return found == value.end() ? none : *found;
}

/// For people, not escaped; empty where there is nothing.
std::string text_of(const json& value) {
  return value.is_null() ? std::string() : figure_text("", value);
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// JSON that no parser of HTML takes for the end of its element: `<` stands in strings only, and may be escaped there.
std::string data_of(const json& value) {
  std::string safe;
  for (const char c : dumped(value))
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

// -- the runs ---

struct told_run {
  const json& document;
  std::string label; ///< what the page calls it beside the other one
  char mark;         ///< the class of its colour
};

using told_runs = std::vector<told_run>;

std::string definition(std::string_view term, const std::string& text) {
  if (text.empty())
    return {};
  return "<dt>" + std::string(term) + "</dt><dd>" + escaped(text) + "</dd>";
}

/// As a shell would take it, each word in an element of its own, so that lines break between words.
std::string command_line(const json& command) {
  if (!command.is_array())
    return escaped(text_of(command));
  std::string line;
  for (const json& word : command) {
    const std::string text = text_of(word);
    const bool plain = !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                               "0123456789_-./:=,@%+") == std::string::npos;
    std::string quoted;
    for (const char c : text)
      quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += line.empty() ? "<span>" : " <span>";
    line += escaped(plain ? text : "'" + quoted + "'") + "</span>";
  }
  return line;
}

std::string badge(const json& verdict) {
  const json& code = at(verdict, "exit_code");
  if (!code.is_number_integer())
    return {};
  const auto exit_code = code.get<std::int64_t>();
  if (exit_code == 0)
    return "<p class=\"badge good\">✓ Passed</p>";
  if (exit_code == 3)
    return "<p class=\"badge limit\">! The client was the limit</p>";
  return "<p class=\"badge bad\">✗ Failed <small>exit code " + dumped(code) + "</small></p>";
}

std::string faults_of(const json& verdict) {
  const json& faults = at(verdict, "faults");
  std::string items;
  if (faults.is_array())
    for (const json& fault : faults)
      items += "<li>" + escaped(text_of(fault)) + "</li>";
  return items.empty() ? items : "<ul class=\"faults\">" + items + "</ul>";
}

std::string assertions_of(const json& assertions) {
  std::string items;
  if (assertions.is_array())
    for (const json& one : assertions) {
      const std::string text = text_of(at(one, "text"));
      const bool held = at(one, "held") == json(true);
      const std::string figure = text.substr(0, text.find_first_of("{<>= "));
      items += held ? "<li class=\"held\">✓ " : "<li class=\"broken\">✗ ";
      items += "<code>" + escaped(text) + "</code> <span>was " + escaped(figure_text(figure, at(one, "value"))) +
               "</span></li>";
    }
  return items.empty() ? items : "<ul class=\"assertions\">" + items + "</ul>";
}

std::string options_of(const json& options) {
  if (!options.is_object() || options.empty())
    return {};
  std::string rows;
  for (const auto& [name, value] : options.items())
    rows += "<tr><th>" + escaped(name) + "</th><td>" + escaped(value.is_string() ? text_of(value) : dumped(value)) +
            "</td></tr>";
  return "<details><summary>Options</summary><table>" + rows + "</table></details>";
}

std::string card(const told_run& run, bool named) {
  const json& document = run.document;
  const json& verdict = at(document, "verdict");
  const std::string command = command_line(at(document, "command"));
  std::string made = "<section class=\"run " + std::string(1, run.mark) + "\">";
  if (named)
    made += "<h2><i class=\"swatch\"></i>" + escaped(run.label) + "</h2>";
  made += "<div>" + badge(verdict) + faults_of(verdict) + assertions_of(at(document, "assertions")) + "</div><dl>" +
          definition("Target", text_of(at(at(document, "target"), "url"))) +
          definition("Dialect", text_of(at(at(document, "target"), "dialect"))) +
          definition("Started", text_of(at(document, "started_at"))) +
          definition("parley-load", text_of(at(document, "parley_load"))) + "</dl>";
  if (!command.empty())
    made += "<pre><code>" + command + "</code></pre>";
  return made + options_of(at(document, "options")) + "</section>";
}

std::string title_of(const told_runs& runs) {
  std::vector<std::string> scenarios;
  for (const told_run& run : runs) {
    const std::string scenario = text_of(at(run.document, "scenario"));
    if (!scenario.empty() && (scenarios.empty() || scenarios.back() != scenario))
      scenarios.push_back(scenario);
  }
  if (scenarios.empty())
    return "load";
  return scenarios.size() == 1 ? scenarios[0] : scenarios[0] + " and " + scenarios[1];
}

// -- the figures ---

const json& figure_of(const told_run& run, std::string_view name) {
  return at(at(run.document, "figures"), name);
}

struct told_outcome {
  std::string text; ///< the ratio and the word for it
  std::string_view style;
};

told_outcome compared(const told_runs& runs, std::string_view name) {
  const comparison made = compare_figure(name, figure_of(runs[0], name), figure_of(runs[1], name));
  const std::string ratio = made.ratio ? figure_text("", json(*made.ratio)) + "× " : std::string();
  switch (made.result) {
  case outcome::better:
    return {ratio + "better", "good"};
  case outcome::worse:
    return {ratio + "worse", "bad"};
  case outcome::same:
    return {ratio + "not distinguishable", "same"};
  case outcome::unknown:
    break;
  }
  return {ratio, "same"};
}

/// The exact value is on hover, where the shown one was rounded.
std::string cell(std::string_view name, const json& value) {
  return "<td title=\"" + escaped(dumped(value)) + "\">" + escaped(figure_text(name, value)) + "</td>";
}

std::string table_of(const figure_group& group, const told_runs& runs) {
  const bool two = runs.size() == 2;
  std::string made = "<div class=\"table\"><table><thead><tr><th>" + std::string(group.title) + "</th>";
  for (const told_run& run : runs)
    made += two ? "<td><i class=\"swatch " + std::string(1, run.mark) + "\"></i>" + escaped(run.label) + "</td>" : "";
  made += two ? "<td>ratio</td></tr></thead><tbody>" : "<td></td></tr></thead><tbody>";
  for (const std::string& name : group.names) {
    made += "<tr><th>" + escaped(name) + "</th>";
    for (const told_run& run : runs)
      made += cell(name, figure_of(run, name));
    if (two) {
      const auto [text, style] = compared(runs, name);
      made += "<td class=\"" + std::string(style) + "\">" + text + "</td>";
    }
    made += "</tr>";
  }
  return made + "</tbody></table></div>";
}

std::string figures_of(const told_runs& runs) {
  std::set<std::string> all;
  std::set<std::string> told;
  for (const told_run& run : runs)
    if (const json& figures = at(run.document, "figures"); figures.is_object())
      for (const auto& [name, value] : figures.items()) {
        if (runs.size() == 1 && tag_of(name)) // they have a table of their own
          continue;
        all.insert(name);
        if (!value.is_null())
          told.insert(name);
      }
  if (all.empty())
    return {};
  std::string made = runs.size() == 2 ? "<section id=\"figures\" class=\"two\" aria-label=\"Figures\">"
                                      : "<section id=\"figures\" aria-label=\"Figures\">";
  for (const figure_group& group : figure_groups({told.begin(), told.end()}))
    made += table_of(group, runs);
  std::string unknown;
  for (const figure_group& group : figure_groups({all.begin(), all.end()}))
    for (const std::string& name : group.names)
      if (!told.contains(name))
        unknown += (unknown.empty() ? "" : ", ") + escaped(name);
  if (!unknown.empty())
    made += "<p>Not known here: " + unknown + "</p>";
  return made + "</section>";
}

/// Tells what the stages, steps and the like of one run came to; empty beside another run.
std::string parts_of(const told_runs& runs) {
  std::string made;
  if (runs.size() > 1)
    return made;
  for (const tag_table& each : tag_tables(runs[0].document)) {
    made += "<section class=\"parts\" aria-label=\"By " + escaped(each.key) +
            "\"><div class=\"table\"><table><thead><tr><th>" + escaped(each.key) + "</th>";
    for (const std::string& figure : each.figures)
      made += "<td>" + escaped(figure) + "</td>";
    made += "</tr></thead><tbody>";
    for (const std::string& part : each.parts) {
      made += "<tr><th>" + escaped(part) + "</th>";
      for (const std::string& figure : each.figures)
        made += cell(figure, figure_of(runs[0], tagged(figure, {each.key, part})));
      made += "</tr>";
    }
    made += "</tbody></table></div></section>";
  }
  return made;
}

/// What a reader asks first, in large type.
std::string tiles_of(const told_runs& runs) {
  struct tile {
    std::string_view name;
    std::string_view title;
  };
  constexpr std::array<tile, 6> wanted{{{"delivered_per_s", "deliveries a second"},
                                        {"handshakes_per_s", "handshakes a second"},
                                        {"p99_ms", "latency, p99"},
                                        {"lost", "messages lost"},
                                        {"server_cpu_us_per_delivery", "server CPU a delivery"},
                                        {"bytes_per_connection", "memory a connection"}}};
  std::string tiles;
  for (const auto& [name, title] : wanted) {
    if (!figure_of(runs[0], name).is_number())
      continue;
    tiles +=
      "<div><b>" + escaped(figure_text(name, figure_of(runs[0], name))) + "</b><span>" + std::string(title) + "</span>";
    if (runs.size() == 2) {
      const auto [text, style] = compared(runs, name);
      tiles += "<em class=\"" + std::string(style) + "\">" + text + "</em>";
    }
    tiles += "</div>";
  }
  return tiles.empty() ? tiles : "<section id=\"tiles\" aria-label=\"At a glance\">" + tiles + "</section>";
}

// -- the page ---

/// The values take the place of `{{name}}`; they are in the order of the holes, and are not searched for holes.
std::string filled(std::string_view page, const std::array<std::pair<std::string_view, std::string>, 3>& values) {
  std::string made;
  for (const auto& [hole, value] : values) {
    const auto start = page.find(hole);
    made += page.substr(0, start);
    made += value;
    page.remove_prefix(start + hole.size());
  }
  return made.append(page);
}

std::string page_of(const told_runs& runs) {
  const std::string title = title_of(runs);
  json data = json::array();
  std::string cards;
  for (const told_run& run : runs) {
    data.push_back({{"label", run.label}, {"document", run.document}});
    cards += card(run, runs.size() > 1);
  }
  std::string content = "<header><p class=\"kind\">parley-load</p><h1>" + escaped(title) + "</h1></header>" +
                        "<div id=\"runs\">" + cards + "</div>" + tiles_of(runs) + parts_of(runs) + figures_of(runs);
  return filled(page_template(), {{{"{{title}}", escaped(title) + " · parley-load"},
                                   {"{{content}}", std::move(content)},
                                   {"{{data}}", data_of(data)}}});
}

} // namespace

std::string html_page(const json& run) {
  return page_of({{run, "this run", 'a'}});
}

std::string html_page(const json& run, const json& against) {
  // Runs against two servers are told apart by their dialects.
  const std::string left = text_of(at(at(run, "target"), "dialect"));
  const std::string right = text_of(at(at(against, "target"), "dialect"));
  if (!left.empty() && !right.empty() && left != right)
    return page_of({{run, left, 'a'}, {against, right, 'b'}});
  return page_of({{run, "this run", 'a'}, {against, "baseline", 'b'}});
}

} // namespace parley::load

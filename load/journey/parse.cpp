// A journey from its TOML: nested steps become a list of instructions with jumps.
#include "load/journey/script.hpp"

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace parley::load {

namespace {

constexpr std::int64_t repeat_most = 1'000'000;
constexpr double pause_most_ms = 3'600'000;
constexpr double timeout_most_s = 3'600;

/// What a step may have beside the key that says what it does.
struct act_form {
  std::string_view key; ///< says what it does
  journey_act act;
  bool named;                              ///< it takes a time, which is told by its name
  std::array<std::string_view, 6> further; ///< keys; empty ones are none
};

constexpr auto forms = std::to_array<act_form>({
  {"connect", journey_act::connect, true, {"token"}},
  {"join", journey_act::join, true, {"save"}},
  {"leave", journey_act::leave, true, {"save"}},
  {"close", journey_act::close, false, {}},
  {"send", journey_act::send, true, {"expect", "save"}},
  {"request", journey_act::request, true, {"headers", "body", "status", "expect", "save"}},
  {"think_ms", journey_act::think, false, {"exactly"}},
  {"branch", journey_act::branch, false, {}},
  {"repeat", journey_act::repeat, false, {"step"}},
  {"expect", journey_act::expect, true, {"save"}}, // the last one: others may have it as well
});

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

bool is_variable(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// Reads the tables; the first error is kept, and what follows it does not matter.
class compiler {
public:
  explicit compiler(std::vector<std::string> columns) {
    out_.columns = columns.size();
    for (std::string& each : columns)
      add_variable(each, "column");
  }

  tl::expected<journey_script, std::string> run(const toml::table& file) {
    for (const auto& [key, node] : file)
      if (key != "step" && key != "data" && key != "timeout_s")
        complain("'" + std::string(key.str()) + "' is no key of a journey");
    if (const toml::node* node = file.get("timeout_s")) {
      const double seconds = number_of(*node, "timeout_s", 0.001, timeout_most_s);
      out_.timeout_ns = static_cast<std::int64_t>(seconds * 1e9);
    }
    const toml::node* steps = file.get("step");
    if (steps == nullptr)
      complain("a journey has at least one [[step]]");
    else
      find_saves(*steps);
    if (steps != nullptr)
      compile(*steps);
    if (fault_.empty() && std::ranges::none_of(out_.steps, &journey_step::waits))
      complain("no step waits for anything: have one that connects, asks, expects or thinks");
    if (!fault_.empty())
      return tl::unexpected(fault_);
    out_.expects = out_.has(journey_act::expect);
    return std::move(out_);
  }

private:
  void complain(std::string why) {
    if (fault_.empty())
      fault_ = (at_.empty() ? std::string() : "step " + at_ + ": ") + std::move(why);
  }

  void add_variable(const std::string& name, std::string_view kind) {
    if (!is_variable(name) || text_template::is_place(name))
      complain(std::string(kind) + " '" + name + "' must be small letters and _, and no place that is there already");
    else if (std::ranges::find(out_.variables, name) == out_.variables.end())
      out_.variables.push_back(name);
    else if (kind == "column")
      complain("there are two columns '" + name + "'");
  }

  /// Names of variables are known before the texts that use them, wherever they are set.
  void find_saves(const toml::node& node) {
    if (const auto* list = node.as_array())
      for (const toml::node& each : *list)
        find_saves(each);
    const auto* table = node.as_table();
    if (table == nullptr)
      return;
    if (const toml::node* saves = table->get("save"); saves != nullptr && saves->is_table())
      for (const auto& [name, pointer] : *saves->as_table())
        add_variable(std::string(name.str()), "variable");
    for (const char* inner : {"step", "branch"})
      if (const toml::node* more = table->get(inner))
        find_saves(*more);
  }

  void compile(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr || list->empty())
      return complain("'step' must be a list of tables: [[step]]");
    const std::string within = at_;
    for (std::size_t i = 0; i < list->size() && fault_.empty(); ++i) {
      at_ = within + (within.empty() ? "" : ".") + std::to_string(i + 1);
      if (const auto* table = list->get(i)->as_table())
        compile_step(*table);
      else
        complain("must be a table");
    }
    at_ = within;
  }

  void compile_step(const toml::table& step) {
    const auto form = std::ranges::find_if(forms, [&](const act_form& each) { return step.contains(each.key); });
    if (form == forms.end())
      return complain(
        "says nothing to do: one of connect, join, leave, close, send, expect, request, think_ms, branch, "
        "repeat");
    for (const auto& [key, node] : step)
      if (key != form->key && !(form->named && key == "name") &&
          std::ranges::find(form->further, key.str()) == form->further.end())
        return complain("'" + std::string(key.str()) + "' does not go with '" + std::string(form->key) + "'");
    journey_step made{.act = form->act, .headers = {}, .saves = {}, .branches = {}};
    if (form->named)
      made.name = name_of(step, *form);
    made.expect = text_of(step, "expect");
    read_saves(step, made);
    switch (made.act) {
    case journey_act::connect:
      want_true(step, form->key);
      made.target = template_of(step, "token");
      out_.connects_by_token = out_.connects_by_token || made.target.empty();
      break;
    case journey_act::join:
    case journey_act::leave:
    case journey_act::close:
      want_true(step, form->key);
      break;
    case journey_act::send:
      made.text = template_of(step, "send");
      if (!made.saves.empty() && made.expect.empty())
        complain("'save' takes from what came: 'expect' must say what that is");
      break;
    case journey_act::expect:
      if (made.expect.empty())
        complain("'expect' must not be empty");
      break;
    case journey_act::request:
      read_request(step, made);
      break;
    case journey_act::think:
      read_pause(step, made);
      break;
    case journey_act::branch:
      return compile_branches(*step.get("branch"));
    case journey_act::repeat:
      return compile_repeat(step);
    case journey_act::jump:
    case journey_act::again:
      break;
    }
    out_.steps.push_back(std::move(made));
  }

  void compile_branches(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr || list->empty())
      return complain("'branch' must be a list of tables: [[step.branch]]");
    const std::string within = at_;
    const std::size_t here = out_.steps.size();
    out_.steps.push_back({.act = journey_act::branch, .headers = {}, .saves = {}, .branches = {}});
    std::vector<std::pair<double, std::size_t>> branches;
    std::vector<std::size_t> ends;
    double sum = 0;
    for (std::size_t i = 0; i < list->size() && fault_.empty(); ++i) {
      at_ = within + ".branch " + std::to_string(i + 1);
      const auto* table = list->get(i)->as_table();
      if (table == nullptr || !table->contains("share"))
        return complain("must be a table with a 'share'");
      for (const auto& [key, value] : *table)
        if (key != "share" && key != "step")
          complain("'" + std::string(key.str()) + "' is no key of a branch");
      sum += number_of(*table->get("share"), "share", 0.000'001, 1e9);
      branches.emplace_back(sum, out_.steps.size());
      if (const toml::node* steps = table->get("step"))
        compile(*steps);
      ends.push_back(out_.steps.size());
      out_.steps.push_back({.act = journey_act::jump, .headers = {}, .saves = {}, .branches = {}});
    }
    at_ = within;
    for (auto& [share, to] : branches)
      share /= sum;
    out_.steps[here].branches = std::move(branches);
    for (const std::size_t each : ends)
      out_.steps[each].go_to = out_.steps.size();
  }

  void compile_repeat(const toml::table& step) {
    const auto* times = step.get("repeat")->as_integer();
    if (times == nullptr || times->get() < 1 || times->get() > repeat_most)
      return complain("'repeat' must be a whole number from 1 to " + std::to_string(repeat_most));
    if (!step.contains("step"))
      return complain("'repeat' repeats its own steps: [[step.step]]");
    const std::size_t counter = out_.counters++;
    out_.steps.push_back({.act = journey_act::repeat,
                          .headers = {},
                          .saves = {},
                          .branches = {},
                          .times = static_cast<std::uint32_t>(times->get()),
                          .counter = counter});
    const std::size_t first = out_.steps.size();
    compile(*step.get("step"));
    out_.steps.push_back(
      {.act = journey_act::again, .headers = {}, .saves = {}, .branches = {}, .go_to = first, .counter = counter});
  }

  std::size_t name_of(const toml::table& step, const act_form& form) {
    std::string name = text_of(step, "name");
    const bool of_itself =
      form.act == journey_act::connect || form.act == journey_act::join || form.act == journey_act::leave;
    if (name.empty() && of_itself)
      name = form.key;
    if (!is_name(name))
      complain("wants a 'name' of letters, digits, '-', '_' and '.', by which its time is told");
    const auto known = std::ranges::find(out_.names, name);
    if (known != out_.names.end())
      return static_cast<std::size_t>(known - out_.names.begin());
    out_.names.push_back(std::move(name));
    return out_.names.size() - 1;
  }

  void read_saves(const toml::table& step, journey_step& to) {
    const toml::node* node = step.get("save");
    if (node == nullptr)
      return;
    const auto* table = node->as_table();
    if (table == nullptr)
      return complain("'save' must be a table of names and JSON pointers: { id = \"/message/id\" }");
    for (const auto& [name, pointer] : *table) {
      const auto* text = pointer.as_string();
      if (text == nullptr || !is_pointer(text->get()))
        return complain("'save." + std::string(name.str()) + "' must be a JSON pointer, as \"/message/id\"");
      const auto known = std::ranges::find(out_.variables, name.str());
      to.saves.emplace_back(static_cast<std::size_t>(known - out_.variables.begin()), text->get());
    }
  }

  static bool is_pointer(const std::string& text) {
    try {
      static_cast<void>(nlohmann::json::json_pointer(text));
      return true;
    } catch (const nlohmann::json::exception&) {
      return false;
    }
  }

  void read_request(const toml::table& step, journey_step& to) {
    const std::string line = text_of(step, "request");
    const std::size_t blank = line.find(' ');
    constexpr auto methods = std::to_array<std::string_view>({"GET", "POST", "PUT", "PATCH", "DELETE"});
    to.method = line.substr(0, blank);
    if (blank == std::string::npos || std::ranges::find(methods, to.method) == methods.end() || line[blank + 1] != '/')
      return complain("'request' must be a method and a path, as \"GET /rooms/{room}/\"");
    to.target = parsed(line.substr(blank + 1), "request");
    to.text = template_of(step, "body");
    if (const toml::node* status = step.get("status"))
      to.status = static_cast<unsigned>(number_of(*status, "status", 100, 599));
    const toml::node* headers = step.get("headers");
    if (headers != nullptr && !headers->is_array())
      return complain("'headers' must be a list of lines");
    for (std::size_t i = 0; headers != nullptr && i < headers->as_array()->size(); ++i) {
      const auto* text = headers->as_array()->get(i)->as_string();
      if (text == nullptr || text->get().find_first_of("\r\n") != std::string::npos)
        return complain("'headers' must be a list of lines");
      to.headers.push_back(parsed(text->get(), "headers"));
    }
  }

  void read_pause(const toml::table& step, journey_step& to) {
    const toml::node& node = *step.get("think_ms");
    if (const auto* range = node.as_array()) {
      if (range->size() != 2 || step.contains("exactly"))
        return complain("'think_ms' must be a mean or a range, as 500 or [200, 800]");
      to.least_ms = number_of(*range->get(0), "think_ms", 0, pause_most_ms);
      to.most_ms = number_of(*range->get(1), "think_ms", to.least_ms, pause_most_ms);
      return;
    }
    to.least_ms = to.most_ms = number_of(node, "think_ms", 0, pause_most_ms);
    to.exponential = true;
    if (const toml::node* exactly = step.get("exactly")) {
      const auto* flag = exactly->as_boolean();
      if (flag == nullptr)
        return complain("'exactly' must be true or false");
      to.exponential = !flag->get();
    }
  }

  void want_true(const toml::table& step, std::string_view key) {
    const auto* flag = step.get(key)->as_boolean();
    if (flag == nullptr || !flag->get())
      complain("'" + std::string(key) + "' must be true");
  }

  double number_of(const toml::node& node, std::string_view key, double least, double most) {
    const double value = node.value<double>().value_or(std::nan(""));
    if (value >= least && value <= most)
      return value;
    std::ostringstream why;
    why << "'" << key << "' must be a number from " << least << " to " << most;
    complain(why.str());
    return least;
  }

  std::string text_of(const toml::table& step, std::string_view key) {
    const toml::node* node = step.get(key);
    if (node == nullptr)
      return {};
    if (const auto* text = node->as_string())
      return text->get();
    complain("'" + std::string(key) + "' must be a text");
    return {};
  }

  text_template template_of(const toml::table& step, std::string_view key) { return parsed(text_of(step, key), key); }

  text_template parsed(const std::string& text, std::string_view key) {
    auto made = text_template::parse(text, out_.variables);
    if (!made) {
      complain("'" + std::string(key) + "': " + made.error());
      return {};
    }
    using place = text_template::place;
    if (made->uses(place::content) || made->uses(place::marker) || made->uses(place::last_id))
      complain("'" + std::string(key) + "': {content}, {marker} and {last_id} are for other scenarios");
    out_.uses_token = out_.uses_token || made->uses(place::token);
    return std::move(*made);
  }

  journey_script out_;
  std::string at_; ///< which step, for people
  std::string fault_;
};

tl::expected<std::string, std::string> whole_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in || std::filesystem::is_directory(file))
    return tl::unexpected("cannot read " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

} // namespace

bool journey_step::waits() const {
  switch (act) {
  case journey_act::connect:
  case journey_act::join:
  case journey_act::leave:
  case journey_act::expect:
  case journey_act::request:
    return true;
  case journey_act::think:
    return most_ms > 0;
  case journey_act::send:
    return !expect.empty();
  default:
    return false;
  }
}

bool journey_script::has(journey_act act) const {
  return std::ranges::any_of(steps, [act](const journey_step& each) { return each.act == act; });
}

tl::expected<journey_script, std::string> parse_journey(std::string_view toml, const std::optional<std::string>& data) {
  try {
    std::vector<std::vector<std::string>> rows;
    if (data) {
      auto read = parse_csv(*data);
      if (!read)
        return tl::unexpected("its data: " + read.error());
      if (read->size() < 2)
        return tl::unexpected(std::string("its data: a line of names and at least one row are wanted"));
      rows = std::move(*read);
    }
    auto made = compiler(rows.empty() ? std::vector<std::string>() : rows.front()).run(toml::parse(toml));
    if (made && !rows.empty())
      made->rows.assign(rows.begin() + 1, rows.end());
    return made;
  } catch (const toml::parse_error& fault) {
    return tl::unexpected("line " + std::to_string(fault.source().begin.line) + ": " +
                          std::string(fault.description()));
  }
}

tl::expected<journey_script, std::string> read_journey(const std::string& file) {
  const auto text = whole_file(file);
  if (!text)
    return tl::unexpected(text.error());
  std::optional<std::string> data;
  try {
    const toml::table table = toml::parse(*text);
    if (const toml::node* node = table.get("data")) {
      if (!node->is_string())
        return tl::unexpected(file + ": 'data' must be the name of a file");
      auto read = whole_file(std::filesystem::path(file).parent_path() / node->as_string()->get());
      if (!read)
        return tl::unexpected(file + ": 'data': " + read.error());
      data = std::move(*read);
    }
  } catch (const toml::parse_error&) { // parse_journey tells it
  }
  auto made = parse_journey(*text, data);
  if (!made)
    return tl::unexpected(file + ": " + made.error());
  return made;
}

} // namespace parley::load

// A dialect from its TOML. Every key of the file is asked for by name; one that nobody asked for is an error.
#include "load/dialect/dialect.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace parley::load {

namespace {

/// Reads one table; the first error of the whole file is kept.
class table_reader {
public:
  table_reader(const toml::table& in, std::string prefix, std::string& fault)
    : in_(in), prefix_(std::move(prefix)), fault_(fault) {}

  void read(std::string_view key, std::string& to) {
    if (const toml::node* node = find(key)) {
      if (const auto* text = node->as_string())
        to = text->get();
      else
        complain(key, "must be a text");
    }
  }

  void read(std::string_view key, bool& to) {
    if (const toml::node* node = find(key)) {
      if (const auto* flag = node->as_boolean())
        to = flag->get();
      else
        complain(key, "must be true or false");
    }
  }

  /// From 1 on.
  void read(std::string_view key, int& to) {
    if (const toml::node* node = find(key)) {
      const auto* number = node->as_integer();
      if (number != nullptr && number->get() >= 1 && number->get() <= number_max)
        to = static_cast<int>(number->get());
      else
        complain(key, "must be a whole number from 1 to " + std::to_string(number_max));
    }
  }

  void read(std::string_view key, text_template& to) {
    std::string text;
    read(key, text);
    if (auto parsed = text_template::parse(text))
      to = std::move(*parsed);
    else
      complain(key, parsed.error());
  }

  template <class Text>
  void read(std::string_view key, std::vector<Text>& to) {
    const toml::node* node = find(key);
    if (node == nullptr)
      return;
    const auto* list = node->as_array();
    if (list == nullptr)
      return complain(key, "must be a list");
    for (std::size_t i = 0; i < list->size(); ++i) {
      // A list reads like a table whose only key is that of the list.
      toml::table one;
      one.insert(key, *list->get(i));
      table_reader element(one, prefix_, fault_);
      element.read(key, to.emplace_back());
    }
  }

  /// A member of JSON objects, kept as it stands in their text: `"id":`.
  void read_member(std::string_view key, std::string& to) {
    std::string name;
    read(key, name);
    if (name.find('"') != std::string::npos)
      complain(key, "must be a plain name");
    else if (!name.empty())
      to = "\"" + name + "\":";
  }

  void read(std::string_view key, exchange& to) {
    within(key, [&](table_reader& inner) {
      inner.read("send", to.send);
      inner.read("expect", to.expect);
    });
    if (in_.contains(key) && !to.there())
      complain(key, "must send or expect something");
  }

  /// `body` reads the table at `key`, if there is one.
  template <class Body>
  void within(std::string_view key, Body&& body) {
    const toml::node* node = find(key);
    if (node == nullptr)
      return;
    const auto* table = node->as_table();
    if (table == nullptr)
      return complain(key, "must be a table");
    table_reader inner(*table, prefix_ + std::string(key) + ".", fault_);
    body(inner);
    inner.finish();
  }

  /// Whatever nobody asked for.
  void finish() {
    for (const auto& [key, value] : in_)
      if (!asked_.contains(key.str()))
        complain(key.str(), "is no key of a dialect");
  }

private:
  static constexpr int number_max = 86'400;

  const toml::node* find(std::string_view key) {
    asked_.insert(key);
    return in_.get(key);
  }

  void complain(std::string_view key, std::string_view why) {
    if (fault_.empty())
      fault_.append("'").append(prefix_).append(key).append("' ").append(why);
  }

  const toml::table& in_;
  std::string prefix_;
  std::string& fault_;
  std::set<std::string_view> asked_;
};

std::string common_prefix(const std::vector<std::string>& of) {
  if (of.empty())
    return {};
  std::string out = of.front();
  for (const std::string& each : of)
    out.erase(std::mismatch(out.begin(), out.end(), each.begin(), each.end()).first, out.end());
  return out;
}

dialect read_dialect(table_reader& from) {
  dialect out;
  from.read("name", out.name);
  from.read("about", out.about);
  from.read("path", out.path);
  from.read("headers", out.headers);
  from.read("subprotocol", out.subprotocol);
  from.read("first", out.first);
  from.read("join", out.join);
  from.read("leave", out.leave);
  from.read("resume", out.resume);
  from.read_member("last_id_key", out.last_id_key);
  from.read("resync", out.resync);
  from.read("typing", out.typing);
  from.read("typing_end", out.typing_end);
  from.read("history", out.history);
  from.read("publish", out.publish);
  from.read("tracked", out.tracked);
  from.read("ack", out.ack);
  from.read_member("ack_id_key", out.ack_id_key);
  from.read_member("id_key", out.id_key);
  from.read("errors", out.errors);
  out.errors_prefix = common_prefix(out.errors);
  from.read_member("code_key", out.code_key);
  from.read("ignore", out.ignore);
  from.read("echo_to_sender", out.echo_to_sender);
  from.read("lines", out.lines);
  from.read("alone", out.alone);
  from.within("heartbeat", [&](table_reader& inner) {
    inner.read("seen", out.beat.seen);
    inner.read("whole", out.beat.whole);
    inner.read("answer", out.beat.answer);
    inner.read("every_s", out.beat.every_s);
    inner.read("send", out.beat.send);
  });
  from.within("http_publish", [&](table_reader& inner) {
    inner.read("method", out.by_http.method);
    inner.read("path", out.by_http.path);
    inner.read("body", out.by_http.body);
    inner.read("headers", out.by_http.headers);
  });
  from.finish();
  return out;
}

/// What no single key can know; empty where all is well.
std::string contradiction(const dialect& of) {
  const auto marked = [](const text_template& text) {
    return text.uses(text_template::place::content) || text.uses(text_template::place::marker);
  };
  if (!of.publish.empty() && !marked(of.publish))
    return "'publish' must hold {content} or {marker}";
  if (!of.tracked.empty() && !of.tracked.uses(text_template::place::marker))
    return "'tracked' must hold {marker}";
  if (!of.by_http.path.empty() && !marked(of.by_http.body))
    return "'http_publish.body' must hold {content} or {marker}";
  if ((of.beat.every_s == 0) != of.beat.send.empty())
    return "'heartbeat.every_s' and 'heartbeat.send' go together";
  if (!of.publish.empty() && !of.by_http.path.empty())
    return "'publish' and 'http_publish' exclude each other";
  return {};
}

} // namespace

tl::expected<dialect, std::string> parse_dialect(std::string_view toml) {
  try {
    const toml::table table = toml::parse(toml);
    std::string fault;
    table_reader reader(table, {}, fault);
    dialect out = read_dialect(reader);
    if (fault.empty())
      fault = contradiction(out);
    if (!fault.empty())
      return tl::unexpected(std::move(fault));
    return out;
  } catch (const toml::parse_error& fault) {
    return tl::unexpected("line " + std::to_string(fault.source().begin.line) + ": " +
                          std::string(fault.description()));
  }
}

} // namespace parley::load

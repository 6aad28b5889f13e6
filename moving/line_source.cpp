#include "moving/line_source.hpp"

#include "moving/values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

namespace parley::moving {
namespace {

using json = nlohmann::json;

/// What `parley export` begins each line with: the kind is seen without reading all of it.
constexpr std::string_view usual_begin = "{\"kind\":\"";

/// A line's kind and its members; none where it is neither.
struct event {
  kind of;
  json body;
};

std::optional<kind> kind_in(const json& word) {
  if (!word.is_string())
    return std::nullopt;
  auto plain = plain_word(word.get_ref<const std::string&>());
  if (plain == "room_member" || plain == "room_members")
    plain = "member";
  if (const auto found = find_kind(plain))
    return found;
  if (plain.ends_with('s'))
    plain.pop_back();
  return find_kind(plain);
}

std::optional<event> read_line(std::string_view line) {
  auto value = json::parse(line, nullptr, false);
  std::optional<kind> of;
  json body;
  if (value.is_array() && value.size() == 2) {
    of = kind_in(value[0]);
    body = std::move(value[1]);
  } else if (value.is_object() && value.contains("kind")) {
    of = kind_in(value["kind"]);
    body = std::move(value);
  } else if (value.is_object() && value.contains("event") && value.contains("data")) {
    of = kind_in(value["event"]);
    body = std::move(value["data"]);
  }
  if (!of || !body.is_object())
    return std::nullopt;
  return event{*of, std::move(body)};
}

/// The kind of a line that begins as usual; nullopt where all of it must be read.
std::optional<kind> kind_at_once(std::string_view line) {
  if (!line.starts_with(usual_begin))
    return std::nullopt;
  line.remove_prefix(usual_begin.size());
  return find_kind(line.substr(0, line.find('"')));
}

/// As a database tells it; of a user or room that is told in full, its id.
std::optional<std::string> as_text(const json& value) {
  if (value.is_null())
    return std::nullopt;
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_object() && value.contains("id"))
    return as_text(value["id"]);
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Calls `seen` with each member and the field that it is; none for one that is no field.
template <class Seen>
void each_member(const event& from, Seen&& seen) {
  const auto fields = fields_of(from.of);
  for (const auto& member : from.body.items()) {
    const auto word = plain_word(member.key());
    const auto found = std::ranges::find_if(
      fields, [&](const field_names& x) { return std::ranges::find(x.names, word) != x.names.end(); });
    seen(member.key(), member.value(), found != fields.end() ? &*found : nullptr);
  }
}

/// Where two members are the same field, the name that stands earlier in its list goes first.
void fill(record& out, const event& from) {
  out.clear();
  std::array<std::size_t, field_count> places{};
  each_member(from, [&](const std::string& key, const json& value, const field_names* what) {
    if (what == nullptr)
      return;
    const auto at = static_cast<std::size_t>(std::ranges::find(what->names, plain_word(key)) - what->names.begin()) + 1;
    auto& place = places[static_cast<std::size_t>(what->what)];
    if (place != 0 && place < at)
      return;
    place = at;
    out[what->what] = as_text(value);
  });
}

class line_source final : public source {
public:
  explicit line_source(std::filesystem::path file) : file_(std::move(file)) { open(); }

  id_survey survey(kind of, std::int64_t after) override {
    id_survey out;
    record row;
    each_event(of, [&](const event& x) {
      fill(row, x);
      out.count(row[field::id], after);
    });
    return out;
  }

  void read(kind of, const std::function<void(record&)>& take) override {
    record row;
    each_event(of, [&](const event& x) {
      fill(row, x);
      take(row);
    });
  }

  std::vector<leftover> find_leftovers() override {
    std::vector<leftover> out;
    std::set<std::string> members;
    each_line([&](const std::string& line, std::int64_t number) {
      const auto what = read_line(line);
      if (!what) {
        out.push_back({"line " + std::to_string(number), "it is no JSON object of a kind that is known"});
        return;
      }
      each_member(*what, [&](const std::string& key, const json&, const field_names* known) {
        if (known == nullptr && key != "kind")
          members.insert(std::string(name(what->of)) + "." + key);
      });
    });
    for (const auto& x : members)
      out.push_back({"member " + x, "nothing is known of it"});
    return out;
  }

private:
  std::ifstream open() const {
    std::ifstream out(file_);
    if (!out)
      throw std::runtime_error("cannot read " + file_.string() +
                               "; a source is sqlite:///FILE, postgresql://… or a file of NDJSON");
    return out;
  }

  template <class Seen>
  void each_line(Seen&& seen) const {
    auto in = open();
    std::string line;
    for (std::int64_t number = 1; std::getline(in, line); ++number)
      if (!trimmed(line).empty())
        seen(line, number);
    if (in.bad())
      throw std::runtime_error("cannot read " + file_.string());
  }

  template <class Seen>
  void each_event(kind of, Seen&& seen) const {
    each_line([&](const std::string& line, std::int64_t) {
      if (const auto other = kind_at_once(line); other && *other != of)
        return;
      if (const auto what = read_line(line); what && what->of == of)
        seen(*what);
    });
  }

  std::filesystem::path file_;
};

} // namespace

std::unique_ptr<source> open_lines(const std::filesystem::path& file) {
  return std::make_unique<line_source>(file);
}

} // namespace parley::moving

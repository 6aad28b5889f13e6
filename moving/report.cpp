#include "moving/report.hpp"

#include "moving/values.hpp"
#include "protocol/json_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace parley::moving {
namespace {

/// Rows that the summary names of each rule.
constexpr std::size_t named_rows = 3;

struct rule_text {
  std::string_view name;
  std::string_view means;
};

constexpr std::array<rule_text, rule_count> texts{{
  {"without_id", "left out: it has no id"},
  {"twice", "left out: there is another one with this id or place"},
  {"no_room", "left out: its room is not there"},
  {"no_user", "left out: its user is not there"},
  {"no_owner", "left out: its owner is not there, and it has no member"},
  {"says_nothing", "left out: it has no content that is seen"},
  {"unknown_type", "left out: there is nothing of the kind here"},
  {"banned_here", "left out: the user is banned from the room"},
  {"new_id", "came under another id: theirs was not free"},
  {"new_name", "came under another name: tell the user, who may log in by e-mail too"},
  {"new_email", "came with another e-mail: theirs is none, or was taken"},
  {"repaired", "came with U+FFFD in place of what is no text"},
  {"cut", "came shorter"},
  {"no_time", "came with another time: theirs cannot be read"},
  {"unknown_word", "came with the usual value in place of a word that is not known"},
  {"new_owner", "came with another owner: theirs is not there"},
  {"stand_in", "came from a user who is no more: theirs is not there"},
  {"answered", "came as answered: the user is a member already"},
  {"reserved", "is the reserved user 1, anonymous, here"},
  {"foreign_password",
   "hashed as bcrypt does not: the user needs a new password (parley user passwd NAME, or --passwords)"},
  {"no_password", "has no password and cannot log in (parley user passwd NAME)"},
  {"disabled", "was disabled there: came without a password"},
  {"administrator", "is an administrator of this server"},
  {"no_picture", "came without its picture"},
  {"long_text", "came whole, and is longer than a new one may be"},
  {"not_taken", "of the source, and not taken"},
}};

const rule_text& text_of(rule x) {
  return texts[static_cast<std::size_t>(x)];
}

/// A line of the table, its columns under one another.
std::string columns(std::string_view what, const std::array<std::string, 4>& cells) {
  std::array<char, 160> line{};
  const int size =
    std::snprintf(line.data(), line.size(), "%-13.*s %11s %11s %12s %11s\n", static_cast<int>(what.size()), what.data(),
                  cells[0].c_str(), cells[1].c_str(), cells[2].c_str(), cells[3].c_str());
  return {line.data(), static_cast<std::size_t>(size)};
}

/// Without controls, which could command the terminal.
std::string for_terminal(std::string text) {
  std::ranges::replace_if(
    text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return text;
}

} // namespace

std::string_view name(rule x) {
  return text_of(x).name;
}

void report::note(kind of, std::string_view id, rule why, std::string_view what) {
  add(moving::name(of), id, why, what);
}

void report::note_once(kind of, rule why, std::string_view what) {
  auto& before = once_[{of, why}];
  if (std::ranges::find(before, what) != before.end())
    return;
  before.emplace_back(what);
  add(moving::name(of), "*", why, what);
}

void report::note_source(std::string_view what, std::string_view why) {
  add("source", what, rule::not_taken, why);
}

void report::add(std::string_view kind_name, std::string_view raw_id, rule why, std::string_view raw) {
  auto& known = notes_[why];
  ++known.times;
  const auto id = repair(raw_id).text;
  const auto what = repair(raw).text;
  if (known.first.size() < named_rows)
    known.first.push_back(for_terminal(std::string(kind_name).append(" ").append(id).append(": ").append(what)));
  if (lines_ == nullptr)
    return;
  json_writer line(128 + what.size());
  line.begin_object();
  line.text("kind", kind_name);
  line.text("id", id);
  line.text("rule", text_of(why).name);
  line.text("what", what);
  line.end_object();
  *lines_ << line.take() << '\n';
}

std::string report::summary() const {
  auto out = columns("", {"read", "taken", "here before", "left out"});
  for (const auto x : all_kinds) {
    const auto& n = of(x);
    out += columns(moving::name(x), {std::to_string(n.read), std::to_string(n.taken), std::to_string(n.here_before),
                                     std::to_string(n.left_out)});
  }
  for (const auto& [why, known] : notes_) {
    out.append("\n").append(text_of(why).name).append(", ").append(std::to_string(known.times));
    out.append(": ").append(text_of(why).means).append("\n");
    for (const auto& x : known.first)
      out.append("  ").append(x).append("\n");
    if (known.times > static_cast<std::int64_t>(known.first.size()))
      out.append("  …\n");
  }
  return out;
}

} // namespace parley::moving

// Settings as an operator may write them: in a file, in the environment, behind `--set`.
#include "config/check.hpp"
#include "config/database_url.hpp"
#include "config/describe.hpp"
#include "config/key.hpp"
#include "config/load.hpp"
#include "config/toml_reader.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <string>

namespace parley::config {
namespace {

using fuzz::require;

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// What a key has taken is shown in TOML, and taken again from there.
void check_round_trip(const key& k, const settings& s) {
  const auto shown = render(k, s);
  require(is_one_line(shown), "a value is shown on one line");
  settings again;
  require(!assign(k, parse_text(k, shown), again), "a value that is shown is taken again");
  require(render(k, again) == shown, "a value that is taken again is the same");
}

void check_document(std::string_view text) {
  const auto document = read_toml(text);
  if (!document) {
    require(is_one_line(document.error()) && document.error().starts_with("line "), "a fault names its line");
    return;
  }
  settings s;
  for (const auto& entry : document->entries) {
    require(entry.line >= 1, "an entry stands in a line");
    const auto* k = find_key(entry.name);
    if (k == nullptr)
      continue;
    if (const auto wrong = assign(*k, entry.written, s))
      require(is_one_line(*wrong), "a fault is one line");
    else
      check_round_trip(*k, s);
  }
  if (const auto broken = check(s))
    require(find_key(broken->key) != nullptr, "a broken rule names a key");
}

/// A line a setting. None of it may bring a secret out.
void check_overrides(fuzz::input& in) {
  constexpr std::string_view marker = "zQ9secretQz";
  sources from;
  while (!in.rest().empty() && from.overrides.size() < 32) {
    const auto line = in.until('\n');
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0)
      continue;
    from.overrides.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    // A secret with whatever stands beside it. A name could hold it by chance, and be repeated.
    if (from.overrides.back().first == "auth.secret")
      from.overrides.back().second += marker;
    else if (line.find(marker) != std::string_view::npos)
      return;
  }
  const auto loaded = load(from);
  if (!loaded) {
    require(is_one_line(loaded.error()), "a refusal is one line");
    require(loaded.error().find("allowed: ") != std::string::npos, "a refusal says what is allowed");
    require(loaded.error().find(marker) == std::string::npos, "a refusal shows no secret");
    return;
  }
  require(!check(loaded->values), "what was loaded keeps the rules");
  for (const auto& k : all_keys())
    check_round_trip(k, loaded->values);
  const auto shown = describe(*loaded);
  require(shown.find(marker) == std::string::npos, "no secret is shown");
  require(static_cast<std::size_t>(std::ranges::count(shown, '\n')) == all_keys().size(), "each key has one line");
  const auto resolved = resolve_database_url(loaded->values);
  require(is_database_url(loaded->values.storage.url) && !resolved.empty(), "a database is named");
}

/// A password with anything before, around and behind it.
void check_url(fuzz::input& in) {
  constexpr std::string_view marker = "zQ9secretQz";
  const auto first = in.until('\n');
  const auto second = in.until('\n');
  const auto behind = in.rest();
  if (behind.find('@') != std::string_view::npos || behind.find(marker) != std::string_view::npos)
    return; // then the password would go on, or something else be spelled like it
  const auto before_host = "postgresql://user:" + std::string(first) + std::string(marker) + std::string(second) +
                           "@host/db" + std::string(behind);
  require(mask_password(before_host).find(marker) == std::string::npos, "a password before the host is masked");
  const auto in_query = "postgresql://host/db?" + std::string(first) + "password=" + std::string(marker);
  require(mask_password(in_query).find(marker) == std::string::npos, "a password in the query is masked");
  const auto masked = mask_password(in.rest());
  require(mask_password(masked) == masked, "what is masked stays as it is");
}

} // namespace
} // namespace parley::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::config;
  parley::fuzz::input in(data, size);
  switch (in.byte() % 4) {
  case 0:
  case 1:
    check_document(in.rest());
    break;
  case 2:
    check_overrides(in);
    break;
  default:
    check_url(in);
  }
  return 0;
}

// The keys of the configuration: one table from which reading, checking, showing and documenting are derived.
#pragma once

#include "config/settings.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::config {

/// Something that no key takes: a float, a date, a table, a list of anything but strings.
struct other_value {
  friend bool operator==(const other_value&, const other_value&) = default;
};

/// A value as somebody wrote it, before its key has judged it.
using value = std::variant<other_value, bool, std::int64_t, std::string, std::vector<std::string>>;

/// How a key's field is read from and written to settings.
template <class T>
struct accessor {
  T (*get)(const settings&);
  void (*set)(settings&, T);
};

struct integer_kind {
  accessor<std::int64_t> field;
  std::int64_t min;
  std::int64_t max;
};
struct boolean_kind {
  accessor<bool> field;
};
/// One of `names`; the field is the index of it.
struct choice_kind {
  accessor<std::size_t> field;
  std::span<const std::string_view> names;
};
/// Text without control characters that passes `accepts`, which `allowed` puts in words.
struct text_kind {
  accessor<std::string> field;
  bool (*accepts)(std::string_view);
  std::string_view allowed;
};
/// A list of texts, each as in `text_kind`.
struct list_kind {
  accessor<std::vector<std::string>> field;
  bool (*accepts)(std::string_view);
  std::string_view allowed;
};

/// One text, or a list of them, each as in `text_kind`. Without any (an empty text or list) only if `optional`.
struct texts_kind {
  accessor<std::vector<std::string>> field;
  bool (*accepts)(std::string_view);
  std::string_view allowed;
  bool optional;
  bool commas = false; ///< between them, in one text: none of them has any
};

/// What may be seen of a value: all, nothing, or a URL without the password in it.
enum class disclosure : std::uint8_t { open, secret, url };

struct key {
  std::string_view name; ///< `section.key`, or `key` alone
  std::variant<integer_kind, boolean_kind, choice_kind, text_kind, list_kind, texts_kind> kind;
  std::string_view doc; ///< one line without a full stop
  disclosure shown = disclosure::open;

  std::string_view section() const; ///< empty for a key without one
  std::string_view leaf() const;
};

/// All keys, those of one section together.
std::span<const key> all_keys();

/// nullptr if there is no such key.
const key* find_key(std::string_view name);

/// The sections' names in the order of the table.
std::span<const std::string_view> all_sections();

/// The leaf names of a section, or for an empty `section` the keys without one, joined by commas.
std::string list_keys(std::string_view section);

/// `PARLEY_SECTION_KEY`.
std::string environment_variable(const key& k);

/// What the key takes, in words: `integer 0 to 65535`.
std::string allowed(const key& k);

/// Reads `text` from an environment variable or `--set`. Keys of text and choices take it as it is, unless it is a
/// quoted TOML string, or a TOML list of strings for a key that takes one; all others in TOML form.
value parse_text(const key& k, std::string_view text);

/// Puts `written` into `out`; or says in words what is wrong with it, and never shows what is not open.
std::optional<std::string> assign(const key& k, const value& written, settings& out);

/// The value of `k` in TOML form, in full.
std::string render(const key& k, const settings& s);

/// As `render`, as far as `k.shown` allows.
std::string render_masked(const key& k, const settings& s);

/// A list of basic strings of TOML, on one line.
std::string render_list(const std::vector<std::string>& items);

/// `text` as a basic string of TOML: quoted, on one line.
std::string quote(std::string_view text);

} // namespace parley::config

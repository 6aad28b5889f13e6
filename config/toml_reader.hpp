// TOML 1.0 into plain values. The only place that knows the TOML library.
#pragma once

#include "config/key.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace parley::config {

struct toml_entry {
  std::string name; ///< `section.key`, or `key` at the top
  value written;
  unsigned line = 0; ///< from 1
};

struct toml_section {
  std::string name;
  unsigned line = 0; ///< from 1
};

struct toml_document {
  std::vector<toml_section> sections;
  std::vector<toml_entry> entries;
};

/// The sections and their keys; or in one line where and why `text` is not TOML (`line 3: …`).
tl::expected<toml_document, std::string> read_toml(std::string_view text);

/// One value in TOML form; `other_value` if `text` is not exactly one.
value read_toml_value(std::string_view text);

} // namespace parley::config

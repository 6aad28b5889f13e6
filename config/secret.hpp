// The secret that signs access tokens: given, or made once and kept in the data folder.
#pragma once

#include "config/settings.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <string>

namespace parley::config {

/// `auth.secret` where it is set. Else, in development, the content of `data_dir/secret`, which is made of `generate()`
/// (32 bytes or more of text) if it is missing: mode 0600, in a folder of mode 0700 if that is missing too. Two
/// processes that start at once get the same secret. The error is one line: a file that others may read, that is
/// shorter than 32 bytes or no plain file, or what the system said. Blocks on the disk.
tl::expected<std::string, std::string> obtain_secret(const settings& s, const std::function<std::string()>& generate);

} // namespace parley::config

// The person at the terminal: which language they read, and a password that nobody sees.
#pragma once

#include "protocol/language.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace parley::app {

/// The language of messages by POSIX (XBD 8.2): the first of LC_ALL, LC_MESSAGES and LANG that is not empty. English
/// where that names none of ours, as `C` does. Before there are threads.
language terminal_language();

/// The texts of this file and of the commands, beside the catalogue of errors.
enum class words : std::uint8_t {
  password,
  password_again,
  passwords_differ,
  no_password,
  no_database,
  no_secret,
  name_it
};

std::string_view text(words x, language lang);

/// Says on standard error why a command does nothing; its exit status, 1.
int refuse(const std::string& why);

/// The line that `what` is not at that place, and how to name another; in the terminal's language.
std::string not_there(words what, const std::filesystem::path& place);

/// A line a table on standard error, counted up where somebody looks and written once it is whole where nobody does.
void show_rows(std::string_view table, std::int64_t done, std::int64_t all);

/// A password. At a terminal it is asked for twice on standard error and not echoed, and the terminal is left as it
/// was, also by a signal that ends the process. Else it is the first line of standard input. The error is one line: the
/// two differ, or there was none.
tl::expected<std::string, std::string> read_password(language lang);

} // namespace parley::app

// What frames of /ws are decoded to.
#pragma once

#include "protocol/commands.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

namespace parley::test {

/// The command in `text`; a failure of the test where it is none or another.
template <class Command>
Command taken(std::string_view text) {
  const auto request = decode_ws(text);
  if (!request) {
    ADD_FAILURE() << text << ": " << name(request.error().code);
    return {};
  }
  const auto* command = std::get_if<Command>(&request->command);
  if (command == nullptr) {
    ADD_FAILURE() << text << " became another command";
    return {};
  }
  return *command;
}

/// Why `text` is not taken; `none` where it is.
inline error_code refusal(std::string_view text) {
  const auto request = decode_ws(text);
  return request ? error_code::none : request.error().code;
}

} // namespace parley::test

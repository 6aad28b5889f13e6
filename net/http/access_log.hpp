// One HTTP request as the access log tells of it, without the secrets in it.
#pragma once

#include "net/http/trace_context.hpp"
#include "protocol/ids.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// The texts are good for the call that they are given to.
struct access_record {
  std::string_view method; ///< both empty if the head could not be read
  std::string_view target; ///< as it came: see `loggable_target`
  int status = 0;
  std::uint64_t bytes = 0;                        ///< of the answer's body
  std::chrono::steady_clock::duration duration{}; ///< from the end of the head to the last byte of the answer
  std::string_view address;
  user_id user{};                                    ///< 0 if none is known
  bool is_complete = true;                           ///< false if the client left before the answer's end
  std::optional<trace_context> trace = std::nullopt; ///< the caller's
};

/// Any thread.
using access_logger = std::function<void(const access_record&)>;

/// `text` in printable ASCII without quotes, on one line: other bytes as `\xNN`.
std::string printable(std::string_view text);

/// A request's target, printable and cut to 512 bytes. Of the query's values those are shown that are known to be no
/// secret, such as `page`; tokens, signatures and whatever else is there become `*`.
std::string loggable_target(std::string_view target);

} // namespace parley::net

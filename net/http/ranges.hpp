// Files as answers: parts of them, and answers to a client that has some of it already (RFC 9110 §13 and §14).
#pragma once

#include "net/http/message.hpp"
#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

struct byte_range {
  std::uint64_t first = 0;
  std::uint64_t length = 0; ///< at least 1

  friend bool operator==(const byte_range&, const byte_range&) = default;
};

enum class range_wish : std::uint8_t {
  everything,    ///< no range, or one that is to be ignored: another unit, malformed, or several
  part,          ///< one range that has bytes in it
  unsatisfiable, ///< one range that lies behind the end
};

struct wished_range {
  range_wish what = range_wish::everything;
  byte_range part; ///< within the file, where there is one

  friend bool operator==(const wished_range&, const wished_range&) = default;
};

/// What a `Range` field asks of `size` bytes. Several ranges in one request count as none (§14.2 allows that).
wished_range read_range(std::string_view field, std::uint64_t size);

/// A file that is to be served, whole or in part.
struct served_file {
  shared_file file;
  std::uint64_t size = 0;
  std::string content_type;
  std::string etag;                  ///< strong and quoted: other bytes have another one
  std::optional<timestamp> modified; ///< when the bytes became what they are
  header_list extra;
};

/// 200, 206, 304, 412 or 416, by the request's conditions and its `Range`. `now` is the answer's date: a change within
/// the last second could not be told by the date alone (§8.8.2.2).
answer serve_file(const request_head& from, served_file what, timestamp now);

} // namespace parley::net

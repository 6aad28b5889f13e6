// Messages that a client compressed (RFC 7692 §7.2.2), whole ones, one at a time.
#pragma once

#include "protocol/close_code.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace parley::net {

/// Each I/O thread has one: nothing is kept from one message to the next. It takes its memory, some 45 KB, with the
/// first message.
class inflater {
public:
  inflater();
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater();

  /// What `packed` holds, valid until the next call. `too_big` if it is more than `limit` bytes, of which not more than
  /// one is ever made; `invalid_utf8` (1007: data that is not what its frame says) for what is no deflate stream;
  /// `server_failed` if there is no memory.
  tl::expected<std::string_view, close_code> inflate(std::string_view packed, std::size_t limit);

private:
  struct ending {
    void operator()(z_stream_s* x) const;
  };

  bool begin();
  /// Goes on with more of the message.
  tl::expected<void, close_code> take(std::string_view piece, std::size_t limit);

  std::unique_ptr<z_stream_s, ending> stream_; ///< null until it is used
  std::string plain_;                          ///< where it writes; longer than what is written
  std::size_t written_ = 0;                    ///< of `plain_`
  bool whole_ = false;                         ///< a block ended with the last byte that was taken
};

} // namespace parley::net

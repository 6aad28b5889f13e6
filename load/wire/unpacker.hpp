// Messages that a server compressed (RFC 7692), with what the connection heard before.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct z_stream_s;

namespace parley::load {

/// Each connection has its own, which takes some 40 KB.
class unpacker {
public:
  unpacker();
  unpacker(const unpacker&) = delete;
  unpacker& operator=(const unpacker&) = delete;
  ~unpacker();

  /// The message's text, valid until the next call; nullopt for what cannot be read, or is longer than `max_frame`.
  std::optional<std::string_view> unpack(std::string_view packed);

private:
  struct ending {
    void operator()(z_stream_s* x) const;
  };

  std::unique_ptr<z_stream_s, ending> stream_;
  std::string plain_;
};

} // namespace parley::load

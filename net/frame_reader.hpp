// Reads the frames that a WebSocket client sends (RFC 6455 §5), from whatever pieces TCP hands over.
#pragma once

#include "net/inflater.hpp"
#include "protocol/close_code.hpp"
#include "protocol/opcode.hpp"
#include "protocol/text.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// What the reader tells. Views are valid during the call only.
class frame_listener {
public:
  virtual ~frame_listener() = default;

  /// A whole text message, valid UTF-8 where `frame_reader` checks it; `binary` only if binary is taken.
  virtual void on_message(std::string_view payload, bool binary) = 0;
  virtual void on_ping(std::string_view payload) = 0;
  virtual void on_pong() = 0;
  /// The client's close frame; nothing comes after it. `code` is empty if it gave none.
  virtual void on_close(std::optional<std::uint16_t> code) = 0;
};

/// Holds no buffer while no frame is under way. Strict: masked frames only, no reserved bits but that of compressed
/// messages (RFC 7692 §6) where that was agreed on, minimal lengths, control frames whole and at most 125 bytes.
class frame_reader {
public:
  /// `message_limit`: bytes of one message over all its fragments, before it was compressed.
  explicit frame_reader(std::size_t message_limit, bool takes_binary = false)
    : limit_(message_limit), takes_binary_(takes_binary) {}

  /// Reads `bytes`, unmasking them in place, and tells `to` what they hold. Returns the close code of the first fault;
  /// after one, or after a close frame, everything further is ignored. `unpacks` reads compressed messages; null where
  /// they were not agreed on.
  std::optional<close_code> feed(char* bytes, std::size_t size, frame_listener& to, inflater* unpacks = nullptr);

private:
  struct header {
    bool fin = false;
    bool packed = false;
    opcode op = opcode::continuation; ///< or one that is not known
    std::size_t size = 0;             ///< of the header itself
    std::uint64_t payload = 0;        ///< bytes that follow it
    unsigned char mask[4] = {};
  };
  struct unfinished {
    std::string message; ///< fragments so far
    std::string pending; ///< bytes of a frame that is not whole yet
  };
  enum class parse { whole, more, fault };

  /// Who is told, and who helps.
  struct company {
    frame_listener& to;
    inflater* unpacks;
  };

  std::optional<close_code> read(char* bytes, std::size_t size, std::size_t& used, const company& with);
  parse read_header(const unsigned char* bytes, std::size_t size, bool unpacks, header& out);
  std::optional<close_code> check(const header& h);
  std::optional<close_code> take(const header& h, std::string_view payload, const company& with);
  std::optional<close_code> finish(std::string_view message, const company& with) const;
  std::optional<close_code> take_close(std::string_view payload, frame_listener& to);

  unfinished& part();
  std::size_t message_size() const { return part_ == nullptr ? 0 : part_->message.size(); }

  std::size_t limit_;
  bool takes_binary_;
  bool done_ = false;                ///< closed or broken
  bool in_message_ = false;          ///< fragments of a message have come
  bool binary_ = false;              ///< that message is
  bool packed_ = false;              ///< that message is compressed
  utf8_checker utf8_;                ///< of that message, where it is not compressed
  std::unique_ptr<unfinished> part_; ///< null while neither a frame nor a message is under way
};

/// XORs `bytes` with the masking key (RFC 6455 §5.3).
void unmask(char* bytes, std::size_t size, const unsigned char key[4]);

/// True for a code that a close frame may carry (RFC 6455 §7.4).
bool is_sendable_close_code(std::uint16_t code);

} // namespace parley::net

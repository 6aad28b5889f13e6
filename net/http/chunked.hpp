// The chunked transfer coding of a request's body (RFC 9112 §7.1), from whatever pieces TCP hands over.
#pragma once

#include "protocol/error_code.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::net {

/// Strict where two servers could disagree: line ends are CR LF, sizes have digits only, extensions and trailers follow
/// their grammar (§7.1.1, §7.1.2), and are dropped.
class chunked_reader {
public:
  /// What all extensions and trailers of a body may take together.
  static constexpr std::size_t extra_bytes_max = 8 * 1024;

  /// Appends the data of `bytes` to `out`, and returns how many bytes belong to the body: all, unless it ends before.
  /// `payload_too_large` if a chunk would make the data longer than `limit` in all, `bad_request`; data that came
  /// before the fault is in `out`. Not to be called again after either, nor once it is done.
  tl::expected<std::size_t, error_code> feed(std::string_view bytes, std::uint64_t limit, std::string& out);

  bool is_done() const { return at_ == place::end; }

private:
  enum class place : std::uint8_t {
    size,          ///< digits
    before_mark,   ///< white space behind them, for which there is no other use than an extension
    name_begin,    ///< of an extension, behind its semicolon and white space
    name,          //
    name_end,      ///< white space behind it
    value_begin,   ///< behind the equals sign and white space
    value,         ///< a token
    quoted,        ///< or a quoted string
    escaped,       ///< behind its backslash
    quoted_end,    ///< behind its closing quotation mark
    size_end,      ///< LF
    data,          //
    data_cr,       ///< CR behind the data
    data_lf,       //
    trailer_begin, ///< a line's first byte
    trailer_name,  //
    trailer_value, ///< up to its CR
    trailer_end,   ///< LF
    last_lf,       ///< of the empty line
    end,
  };

  error_code take(char c, std::uint64_t limit);
  error_code take_digit(char c);
  error_code take_extension(char c);
  /// What may follow a whole extension: white space, the next one, or the line's end.
  error_code end_extension(char c);
  error_code go_on(char c, char wanted, place next);

  place at_ = place::size;
  int digits_ = 0;          ///< of the size
  std::uint64_t left_ = 0;  ///< of the chunk's data
  std::uint64_t total_ = 0; ///< data of all chunks that were begun
  std::size_t extra_ = 0;   ///< bytes of extensions and trailers
};

} // namespace parley::net

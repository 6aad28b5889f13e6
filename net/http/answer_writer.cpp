#include "net/http/answer_writer.hpp"

#include "net/http/http_date.hpp"
#include "protocol/error_code.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

namespace parley::net {

namespace {

/// How much of a file each answer has in memory at a time.
constexpr std::size_t file_piece_bytes = 128 * 1024;

} // namespace

std::string write_head(const response& what, connection_word last, timestamp now) {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  out.append("HTTP/1.1 ").append(std::to_string(what.status)).append(" ").append(reason_phrase(what.status));
  out.append("\r\n");
  add("Date", http_date(now));
  if (!what.content_type.empty())
    add("Content-Type", what.content_type);
  if (what.status != 204 && what.status != 304) {
    add("Content-Length", std::to_string(what.file ? what.file->length : what.body.size()));
    add("X-Content-Type-Options", "nosniff");
  }
  // What says nothing else is about one caller at one moment; tokens must not be kept at all (RFC 6749 §5.1).
  if (std::ranges::find(what.extra, "Cache-Control", &header_list::value_type::first) == what.extra.end())
    add("Cache-Control", "no-store");
  for (const auto& [name, value] : what.extra)
    add(name, value);
  if (last != connection_word::none)
    add("Connection", last == connection_word::close ? "close" : "keep-alive");
  return out.append("\r\n");
}

boost::asio::awaitable<bool> write_file(timed_socket& socket, file_pool& files, const file_part& what,
                                        std::chrono::milliseconds pause) {
  std::string piece;
  for (std::uint64_t done = 0; done < what.length;) {
    piece.resize(std::min<std::uint64_t>(file_piece_bytes, what.length - done));
    const auto got = co_await files.read(what.file, what.offset + done, piece);
    if (!got || *got == 0) {
      spdlog::error("a file ended before its time: {}", got ? "it was cut" : got.error().message());
      co_return false;
    }
    const auto sent = co_await socket.write(std::string_view(piece).substr(0, *got), {}, pause);
    if (sent.how != transfer::end::done)
      co_return false;
    done += *got;
  }
  co_return true;
}

} // namespace parley::net

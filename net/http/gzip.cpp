#include "net/http/gzip.hpp"

#include "net/http/file_pool.hpp"

#include <algorithm>
#include <zlib.h>

namespace parley::net {

namespace {

/// JSON documents up to so many bytes go as they are: head and packet are about as large.
constexpr std::size_t plain_bytes_max = 1024;

/// The fastest: names of members, most of such a document, are found by it as well.
constexpr int level = 1;
/// The window's size, and 16 for the form of gzip (zlib.h).
constexpr int window_bits = 15 + 16;
constexpr int memory_level = 8;

bool is_json_document(const response& x) {
  return x.content_type == "application/json" || x.content_type == "application/problem+json";
}

bool is_packed(const response& x) {
  return std::ranges::find(x.extra, "Content-Encoding", &header_list::value_type::first) != x.extra.end();
}

} // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib does not write to its input.
  stream.next_in =
    reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(done == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

bool takes_gzip(const request_head& head) {
  return head.lists("Accept-Encoding", "gzip");
}

boost::asio::awaitable<void> pack(http_context& context, const request_head& asked, response& out) {
  if (!is_json_document(out) || is_packed(out) || out.body.size() <= plain_bytes_max)
    co_return;
  // An asset that varies says so itself.
  if (std::ranges::find(out.extra, header_list::value_type("Vary", "Accept-Encoding")) == out.extra.end())
    out.extra.emplace_back("Vary", "Accept-Encoding");
  if (!takes_gzip(asked) || context.node.files == nullptr)
    co_return;
  auto work = [&text = out.body] { return gzip(text); };
  auto packed = co_await context.node.files->run(std::move(work));
  if (packed.empty() || packed.size() >= out.body.size())
    co_return;
  out.body = std::move(packed);
  out.extra.emplace_back("Content-Encoding", "gzip");
}

} // namespace parley::net

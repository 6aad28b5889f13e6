#include "net/http/body_source.hpp"

namespace parley::net {

boost::asio::awaitable<tl::expected<std::string, error_code>> read_all(body_source& from, std::uint64_t limit) {
  std::string out;
  while (true) {
    const auto piece = co_await from.read_some(limit);
    if (!piece)
      co_return tl::unexpected(piece.error());
    if (piece->empty())
      co_return out;
    out.append(*piece);
  }
}

} // namespace parley::net

// A client's TCP socket on loopback without a loop or a buffer of its own: it takes no heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace parley::test {

/// What fails throws std::system_error.
class raw_socket {
public:
  explicit raw_socket(std::uint16_t port);
  raw_socket(raw_socket&& other) noexcept;
  raw_socket& operator=(raw_socket&&) = delete;
  ~raw_socket();

  /// Waits until the kernel has taken all of it.
  void send(std::string_view bytes);

  /// What is there now, as much as `into` holds; 0 where nothing is.
  std::size_t receive(std::span<char> into);
  /// As `receive`, but waits for the first byte. Throws where none comes within the tests' deadline, or the server
  /// ended the connection.
  std::size_t await(std::span<char> into);

private:
  int fd_;
};

/// Raises the soft limit of open files to the hard one. True where `count` more fit.
bool allow_descriptors(std::size_t count);

} // namespace parley::test

// A way to a Unix socket on which answers get lost.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace parley::test {

/// Listens in a temporary folder under the name of PostgreSQL's socket, and passes everything on to the one behind it.
class lossy_socket {
public:
  enum class loss {
    none,
    question, ///< the next bytes from a client do not arrive: the connection breaks before
    answer,   ///< they arrive, and the connection breaks in place of the answer
  };

  explicit lossy_socket(std::filesystem::path behind);
  ~lossy_socket();

  lossy_socket(const lossy_socket&) = delete;
  lossy_socket& operator=(const lossy_socket&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  /// Happens once, on whichever connection asks next.
  void lose(loss what) { next_ = what; }

private:
  void accept_all();
  void pass_on(int client);

  std::filesystem::path behind_;
  std::filesystem::path folder_;
  int listener_;
  std::atomic<loss> next_{loss::none};
  std::mutex mutex_;
  std::vector<std::thread> lines_;
  std::thread acceptor_;
};

} // namespace parley::test

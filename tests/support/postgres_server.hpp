// A PostgreSQL of our own for tests: made by initdb in a temporary folder, with a socket there and nowhere else.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace parley::test {

/// Runs as an ordinary user: root becomes `nobody` for it. It dies with this process.
class postgres_server {
public:
  /// Throws std::runtime_error where the programs are missing or do not start. Without `durable`, nothing is flushed.
  explicit postgres_server(bool durable = false);
  ~postgres_server();

  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// `postgresql://postgres@…/NAME`.
  std::string url(const std::string& database) const;
  /// Where its socket lies.
  const std::filesystem::path& folder() const { return folder_; }
  pid_t process() const { return process_; }

  /// As kill -9 of the server and all its parts, and a start after that.
  void crash_and_start_again();
  void stop();
  void start();

  /// One for the whole process, started at the first call.
  static postgres_server& shared();
  /// False where PostgreSQL is not installed.
  static bool is_installed();

private:
  std::filesystem::path folder_;
  bool durable_;
  pid_t process_ = -1;
};

} // namespace parley::test

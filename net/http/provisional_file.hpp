// Files that are being received.
#pragma once

#include "net/http/file_pool.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

namespace parley::net {

/// Names of files whose bytes are not all there.
inline constexpr std::string_view unfinished = ".part";

/// A file that goes again, unless it is kept.
class provisional_file {
public:
  provisional_file(file_pool& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}
  provisional_file(const provisional_file&) = delete;
  provisional_file& operator=(const provisional_file&) = delete;
  ~provisional_file() {
    if (!kept_)
      files_.remove_later(std::move(path_));
  }

  const std::filesystem::path& path() const { return path_; }
  void move_to(std::filesystem::path path) { path_ = std::move(path); }
  void keep() { kept_ = true; }

private:
  file_pool& files_;
  std::filesystem::path path_;
  bool kept_ = false;
};

} // namespace parley::net

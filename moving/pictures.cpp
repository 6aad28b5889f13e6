#include "moving/pictures.hpp"

#include "auth/password.hpp"
#include "protocol/base64.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::moving {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view address = "/avatars/";
/// Random bytes of a file's name, as the server makes them.
constexpr std::size_t name_bytes = 18;

bool is_below(const fs::path& file, const fs::path& folder) {
  const auto [in_folder, in_file] = std::ranges::mismatch(folder, file);
  static_cast<void>(in_file);
  return in_folder == folder.end();
}

[[noreturn]] void fail(const fs::path& file, int error) {
  throw std::runtime_error("cannot write " + file.string() + ": " + std::generic_category().message(error));
}

/// To the disk, not only to the kernel.
void write_new(const fs::path& file, std::string_view bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    fail(file, errno);
  int error = 0;
  while (!bytes.empty() && error == 0) {
    const auto put = ::write(descriptor, bytes.data(), bytes.size());
    if (put >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(put));
    else if (errno != EINTR)
      error = errno;
  }
  if (error == 0 && ::fsync(descriptor) != 0)
    error = errno;
  ::close(descriptor);
  if (error != 0)
    fail(file, error);
}

} // namespace

picture_reader::picture_reader(std::optional<fs::path> folder, std::size_t bytes_max) : bytes_max_(bytes_max) {
  if (folder)
    folder_ = fs::canonical(*folder);
}

std::optional<std::string> picture_reader::find(std::string_view said) const {
  if (said.starts_with("data:")) {
    const auto comma = said.find(',');
    if (comma == std::string_view::npos)
      return std::nullopt;
    auto out = decode_any_base64(said.substr(comma + 1));
    return out && out->size() <= bytes_max_ ? out : std::nullopt;
  }
  if (folder_) {
    auto path = said.substr(0, said.find_first_of("?#"));
    if (const auto scheme = path.find("://"); scheme != std::string_view::npos)
      path = path.substr(std::min(path.size(), path.find('/', scheme + 3)));
    // `/static/avatars/x.png` may be the folder's `avatars/x.png` or `x.png`.
    for (; !path.empty(); path = path.substr(std::min(path.size(), path.find('/')))) {
      path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
      if (auto found = path.empty() ? std::nullopt : read(*folder_ / path))
        return found;
    }
  }
  constexpr std::size_t shortest =
    64; // no picture is smaller, and no path that is not there so long and of such letters
  if (said.size() < shortest)
    return std::nullopt;
  auto out = decode_any_base64(said);
  return out && out->size() <= bytes_max_ ? out : std::nullopt;
}

std::optional<std::string> picture_reader::read(const fs::path& file) const {
  std::error_code none;
  const auto real = fs::canonical(file, none);
  if (none || !is_below(real, *folder_) || !fs::is_regular_file(real, none) || fs::file_size(real, none) > bytes_max_)
    return std::nullopt;
  std::ifstream in(real, std::ios::binary);
  if (!in)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

picture_folder::~picture_folder() {
  std::error_code ignored; // the failure itself is what is told
  for (const auto& x : made_)
    fs::remove(x, ignored);
}

std::string picture_folder::put(std::string_view bytes, std::string_view extension) {
  fs::create_directories(folder_);
  const auto name = auth::random_token(name_bytes).append(".").append(extension);
  made_.push_back(folder_ / name);
  write_new(made_.back(), bytes);
  return std::string(address).append(name);
}

void picture_folder::keep() {
  made_.clear();
}

std::optional<std::string> picture_path(std::string_view url) {
  const auto name = url.substr(std::min(url.size(), address.size()));
  if (!url.starts_with(address) || name.empty() || name.front() == '.' || name.find('/') != std::string_view::npos)
    return std::nullopt;
  return std::string("avatars/").append(name);
}

} // namespace parley::moving

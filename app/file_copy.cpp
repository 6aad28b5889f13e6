#include "app/file_copy.hpp"

#include "protocol/descriptor.hpp"
#include "protocol/hex.hpp"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace parley::app {

namespace {

constexpr std::size_t piece_bytes = 256 * 1024;

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& file, int error) {
  throw std::runtime_error("cannot " + std::string(what) + ' ' + file.string() + ": " +
                           std::generic_category().message(error));
}

class sha256_sum {
public:
  sha256_sum() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw std::runtime_error("this OpenSSL has no SHA-256");
  }
  void add(const char* bytes, std::size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }
  std::string end() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), sum.data(), &size);
    return hexadecimal({reinterpret_cast<const char*>(sum.data()), size});
  }

private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

void write_all(int to, const char* bytes, std::size_t count, const std::filesystem::path& file) {
  while (count > 0) {
    const auto done = ::write(to, bytes, count);
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      fail("write", file, errno);
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
}

/// Reads to the end; what is read goes to `to` as well, where that is a descriptor.
file_facts pump(int from, const std::filesystem::path& name, int to, const std::filesystem::path& target) {
  std::vector<char> piece(piece_bytes);
  sha256_sum sum;
  file_facts out;
  for (;;) {
    const auto got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      fail("read", name, errno);
    if (got == 0)
      break;
    const auto count = static_cast<std::size_t>(got);
    sum.add(piece.data(), count);
    if (to >= 0)
      write_all(to, piece.data(), count, target);
    out.bytes += count;
  }
  out.sha256 = sum.end();
  return out;
}

} // namespace

file_facts read_facts(const std::filesystem::path& file) {
  const descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.get() < 0)
    fail("read", file, errno);
  return pump(from.get(), file, -1, {});
}

std::optional<file_facts> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, sharing how) {
  if (how == sharing::if_possible) {
    if (::link(from.c_str(), to.c_str()) == 0)
      return read_facts(to);
    if (errno == ENOENT && ::access(from.c_str(), F_OK) != 0)
      return std::nullopt;
  }
  const descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.get() < 0 && errno == ENOENT)
    return std::nullopt;
  if (source.get() < 0)
    fail("read", from, errno);
  file_facts out;
  {
    const descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (target.get() < 0)
      fail("make", to, errno);
    out = pump(source.get(), from, target.get(), to);
    if (::fsync(target.get()) != 0)
      fail("bring to the disk", to, errno);
  }
  if (read_facts(to) != out)
    throw std::runtime_error(to.string() + " does not hold what was written to it: look at the disk");
  return out;
}

void sync_folder(const std::filesystem::path& folder) {
  const descriptor it(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (it.get() < 0 || ::fsync(it.get()) != 0)
    fail("bring to the disk", folder, errno);
}

} // namespace parley::app

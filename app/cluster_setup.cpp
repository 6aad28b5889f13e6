#include "app/cluster_setup.hpp"

#include "auth/keyed_hash.hpp"
#include "auth/password.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>

namespace parley::app {

namespace {

/// Whoever sees the same file sees the same folder.
constexpr const char* folder_mark_file = ".folder-of-cluster";
constexpr std::size_t mark_bytes = 18;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Made by whichever node comes first. A link, for it appears whole, also where the folder is on another machine.
std::string mark_of(const std::filesystem::path& folder) {
  const auto path = folder / folder_mark_file;
  if (!std::filesystem::exists(path)) {
    const auto mine = auth::random_token(mark_bytes);
    const auto draft = folder / (folder_mark_file + ("-" + mine));
    std::ofstream(draft, std::ios::binary) << mine;
    const bool made = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
    std::filesystem::remove(draft);
    if (!made)
      throw std::runtime_error("cannot write into files.dir (" + folder.string() + ")");
  }
  auto out = read_file(path);
  if (out.empty())
    throw std::runtime_error("cannot read " + path.string());
  return out;
}

} // namespace

std::string node_name(const config::settings& s) {
  if (!s.cluster.name.empty())
    return s.cluster.name;
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "node";
}

std::optional<storage::node_wish> node_wish_of(const config::settings& s, const std::string& secret) {
  if (!s.cluster.enabled)
    return std::nullopt;
  storage::node_wish out;
  out.name = node_name(s);
  out.secret_mark = auth::content_seal(secret)("one secret for all nodes");
  out.folder_mark = mark_of(config::files_folder(s));
  out.term = std::chrono::milliseconds(s.cluster.lease_ms);
  return out;
}

cluster::network_options network_options_of(const config::settings& s) {
  return {s.cluster.listen, s.cluster.advertise, s.cluster.certificate, s.cluster.key, s.cluster.ca};
}

} // namespace parley::app

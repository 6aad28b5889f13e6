#include "load/run/tokens.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace parley::load {

namespace {

bool goes_into_a_query(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
}

} // namespace

tl::expected<std::vector<std::string>, std::string> read_tokens(const std::string& file, std::size_t count) {
  std::ifstream in(file);
  if (!in)
    return tl::unexpected("cannot read " + file + ": " + std::strerror(errno));
  if (std::filesystem::is_directory(file))
    return tl::unexpected(file + " is a folder");
  std::vector<std::string> tokens;
  tokens.reserve(count);
  for (std::string line; tokens.size() < count && std::getline(in, line);) {
    if (line.ends_with('\r'))
      line.pop_back();
    if (line.empty() || !std::all_of(line.begin(), line.end(), goes_into_a_query))
      return tl::unexpected(file + ": line " + std::to_string(tokens.size() + 1) + " is not a token");
    tokens.push_back(std::move(line));
  }
  if (tokens.size() < count)
    return tl::unexpected(file + " holds " + std::to_string(tokens.size()) + " tokens, " + std::to_string(count) +
                          " connections want one each");
  return tokens;
}

} // namespace parley::load

#!/usr/bin/env bash
# script/check-batches names what two sources of a folder both have in their unnamed namespaces, and nothing else.
set -euo pipefail

script=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/script/check-batches
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/other"

cat >"$folder/one.cpp" <<'TEXT'
namespace parley {

namespace {

constexpr std::chrono::seconds patience{5}; // met
constexpr int alone = 1;
struct kept { // met
  int patience_of_mine = 0;
};
std::string phrase(std::string_view what, int fault) { // met
  constexpr int inside = 1;
  return {};
}
template <class T>
bool is_good(const T& x) {
  return true;
}

} // namespace

int shown(int x) {
  return x;
}

} // namespace parley
TEXT
cat >"$folder/two.cpp" <<'TEXT'
namespace parley {

namespace {

constexpr std::chrono::seconds patience{2}; // met
struct announced;
struct kept { // met
};
std::string phrase(std::string_view text, // met
                   int number = 0) {
  constexpr int inside = 2;
  return {};
}
std::string phrase(std::string_view what) {
  return {};
}

} // namespace

} // namespace parley
TEXT
cat >"$folder/three.cpp" <<'TEXT'
namespace parley::net {

namespace {

constexpr int alone = 3;

} // namespace

} // namespace parley::net
TEXT
sed 's/ \/\/ met//' "$folder/one.cpp" >"$folder/other/one.cpp"

wanted=$(grep -n '// met$' "$folder"/*.cpp | cut -d: -f1,2 | sort)
found=$("$script" "$folder"/*.cpp "$folder"/other/*.cpp | cut -d: -f1,2 | sort) || true
[[ $found == "$wanted" ]] || {
  printf 'wanted:\n%s\nfound:\n%s\n' "$wanted" "$found"
  exit 1
}

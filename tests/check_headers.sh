#!/usr/bin/env bash
# script/check-headers lets pass what the build's packages bring, and names what only other packages bring.
set -euo pipefail

script=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/script/check-headers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build HEADER: a build of one source that includes it.
build() {
  printf '#include <%s>\n' "$1" >"$work/one.cpp"
  cat >"$work/build.ninja" <<'TEXT'
rule compile
  command = g++ -std=c++20 -MD -MF $out.d -c $in -o $out
  depfile = $out.d
  deps = gcc
build one.o: compile one.cpp
TEXT
  ninja -C "$work" >/dev/null
}

build png.h
"$script" "$work" || {
  echo "png.h is of a package that the build installs"
  exit 1
}

build gtest/gtest.h
if output=$("$script" "$work"); then
  echo "gtest/gtest.h is of no package that the build installs"
  exit 1
fi
grep -q '^/usr/include/gtest/gtest.h: of libgtest-dev, which' <<<"$output" || {
  echo "the fault is not named: $output"
  exit 1
}

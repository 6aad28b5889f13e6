#!/usr/bin/env bash
# script/check-arrows finds the includes that it must find, and no others: each case is a tree of one file.
set -euo pipefail

check=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/script/check-arrows
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# Writes the file with the include on its second line, runs the check; its words are left in $output.
run_on() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$1")"
  printf '#pragma once\n#include %s\n' "$2" >"$tree/$1"
  output=$("$check" "$tree" 2>&1)
}

refuses() {
  if run_on "$1" "$2"; then
    echo "FAIL: $1 with $2 passes"
    failures=$((failures + 1))
  elif [[ $output != "$1:2: "* ]]; then
    echo "FAIL: $1 with $2 is not named by file and line: $output"
    failures=$((failures + 1))
  fi
}

accepts() {
  if ! run_on "$1" "$2"; then
    echo "FAIL: $1 with $2 is refused: $output"
    failures=$((failures + 1))
  fi
}

# The arrows between the folders.
refuses protocol/a.hpp '"storage/ports.hpp"'
refuses storage/a.cpp '"auth/token.hpp"'
refuses actors/room.cpp '"net/server.hpp"'
refuses actors/room.cpp '<net/server.hpp>'
refuses net/a.cpp '"config/settings.hpp"'
refuses config/a.cpp '"net/options.hpp"'
refuses load/a.cpp '"actors/frame.hpp"'
refuses app/a.cpp '"tests/support/fake.hpp"'
accepts auth/token.cpp '"protocol/ids.hpp"'
accepts storage/a.cpp '"storage/ports.hpp"'
accepts net/http/a.cpp '"actors/frame.hpp"'
accepts app/main.cpp '"config/settings.hpp"'
accepts app/build_info.cpp '<sqlite3.h>'
accepts load/a.cpp '"protocol/ids.hpp"'
accepts tests/net/a.cpp '"app/serve.hpp"'
accepts bench/a.cpp '"tests/support/fake.hpp"'
refuses net/a.cpp '"bench/counted.hpp"'

# How our own headers are written.
refuses net/a.cpp '"a.hpp"'
refuses net/http/a.cpp '"../a.hpp"'
refuses net/a.cpp '<net/a.hpp>'
refuses utilities/a.cpp '<vector>'

# The libraries.
refuses protocol/a.cpp '<caf/all.hpp>'
refuses actors/a.cpp '<caf/io/middleman.hpp>'
refuses actors/a.hpp '<boost/asio/io_context.hpp>'
refuses auth/a.cpp '<boost/beast/http.hpp>'
refuses actors/a.cpp '<soci/soci.h>'
refuses net/a.cpp '<sqlite3.h>'
refuses app/main.cpp '<sqlite3.h>'
refuses actors/a.cpp '<nlohmann/json.hpp>'
refuses protocol/a.hpp '<nlohmann/json.hpp>'
accepts actors/a.cpp '<caf/typed_actor.hpp>'
accepts cluster/a.cpp '<caf/io/middleman.hpp>'
accepts net/a.hpp '<boost/asio/awaitable.hpp>'
accepts storage/a.cpp '<soci/soci.h>'
accepts protocol/a.cpp '<nlohmann/json.hpp>'
accepts protocol/a.hpp '<nlohmann/json_fwd.hpp>'
accepts tests/actors/a.cpp '<nlohmann/json.hpp>'
accepts bench/a.cpp '<boost/asio/io_context.hpp>'
accepts actors/a.cpp '<boost/container/small_vector.hpp>'

[[ $failures -eq 0 ]] && echo "check_arrows: all cases as expected"
exit "$((failures > 0))"

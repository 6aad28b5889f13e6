#!/usr/bin/env bash
# script/check-coroutines names the lines with a trap, and no others.
set -euo pipefail

script=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/script/check-coroutines
source=$(mktemp --suffix=.cpp)
trap 'rm -f "$source"' EXIT

cat >"$source" <<'TEXT'
auto a = co_await ask(hub, wish{x.user}); // trap
auto b = co_await ask(hub, wish{});
auto c = co_await run([kept = std::move(y)]() mutable { return f{kept}; }); // trap
auto d = co_await run([&y] { return f{y, 1}; });
auto e = co_await run(list[1], [=] { return 1; }); // trap
co_await write(stream, buffer("{x}"), use[2]);
const wish named{x.user};
auto g = co_await ask(hub, named);
auto h = co_await ask(hub, wish{x.user}); // allowed: an id has no destructor
TEXT

wanted=$(grep -n '// trap$' "$source" | cut -d: -f1)
found=$("$script" "$source" | cut -d: -f2) || true
[[ $found == "$wanted" ]] || {
  printf 'wanted lines:\n%s\nfound lines:\n%s\n' "$wanted" "$found"
  exit 1
}

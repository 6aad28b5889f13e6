#!/usr/bin/env bash
# Whether the server does all that web/client/src/generated says of it. What it can do beyond that is told, and is no
# fault: an older client goes on working. `--write` takes it over.
# usage: check_generated.sh PARLEY [--write]    (--write takes over what is new)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
server=
clean_up() {
  [[ ! $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

mkfifo "$work/said"
"$1" serve --port 0 --data-dir "$work/data" 2>"$work/said" >/dev/null &
server=$!
exec 3<"$work/said"
address=
while [[ ! $address ]] && IFS= read -r line <&3; do
  [[ $line == "listening on "* ]] && address=${line#listening on }
done
address=${address%% *}
for name in openapi asyncapi; do
  node -e 'fetch(process.argv[1]).then(a => a.text()).then(t => process.stdout.write(t))' "$address/$name.json" >"$work/$name.json"
done
to="$work"
[[ ${2:-} == --write ]] && to="$root/web/client/src/generated"
node "$root/web/client/codegen/emit.mjs" "$work/openapi.json" "$work/asyncapi.json" "$to"
[[ ${2:-} == --write ]] && exit

# Without comments, whose words may change.
plain() { grep -vE '^ *(/\*\*|//)' "$1"; }
for name in codes http frames; do
  plain "$root/web/client/src/generated/$name.ts" >"$work/before"
  plain "$work/$name.ts" >"$work/now"
  diff "$work/before" "$work/now" >"$work/difference" || true
  if grep -q '^<' "$work/difference"; then
    cat "$work/difference"
    echo "the documents of the server contradict the client: tests/web/check_generated.sh PARLEY --write, then mend it" >&2
    exit 1
  fi
  if [[ -s $work/difference ]]; then
    echo "new in the server, not yet in the client ($name.ts):"
    cat "$work/difference"
  fi
done

#!/usr/bin/env bash
# script/check-topology finds what the page of the actors' messages leaves out, makes up, or gives to the wrong actor.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
page=$tree/actors/interfaces.hpp

# Fails unless the check says exactly what is given, after the page's name; nothing at all where it is to be content.
expect() {
  local found
  found=$("$root/script/check-topology" "$tree" | sed 's/^[^ ]*: //') || true
  [[ $found == "$1" ]] || {
    printf 'wanted:\n%s\nfound:\n%s\n' "$1" "$found"
    exit 1
  }
}

"$root/script/check-topology" "$root"

mkdir -p "$tree/actors/interfaces"
cat >"$tree/actors/interfaces/hub.hpp" <<'TEXT'
using hub_actor = audience_actor::extend<
  // A comment.
  caf::reacts_to<enrol>,
  caf::replies_to<dismiss>::with<bool>>;
TEXT
echo 'send(hub, enrol{id}); // withdraw{} is of no account here' >"$tree/actors/session.cpp"
mkdir "$tree/app"
echo 'self->request(hub, dismiss{id});' >"$tree/app/node.cpp"

row_of_session='//   session    → hub            enrol'
row_of_node='//   node       → hub            dismiss'
printf '%s\n' "$row_of_session" "$row_of_node" >"$page"
expect ''

echo "$row_of_session" >"$page"
expect 'nobody → hub: dismiss is in no row
node → nobody: its sources make dismiss, which is in no row of it'

printf '%s\n' "$row_of_session wake" "$row_of_node" >"$page"
expect 'session → hub: hub_actor takes no wake
session → hub: the sources of session make no wake'

printf '%s\n' "$row_of_session" '//                               dismiss' "$row_of_node" >"$page"
expect 'session → hub: the sources of session make no dismiss'

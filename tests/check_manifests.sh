#!/usr/bin/env bash
# tests/deploy/check.mjs names what is wrong in a manifest, a dashboard and a file of Compose. Exit 77 (skipped) where npm
# gave no schemas.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ -d $root/tests/deploy/node_modules/kubernetes-models ]] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# faulty NAME FILE FROM TO: a copy that has a fault.
faulty() {
  sed "s/$3/$4/" "$root/$2" >"$work/$1"
  ! cmp -s "$root/$2" "$work/$1" || {
    echo "$2 does not have: $3"
    exit 1
  }
}
faulty key.yaml deploy/kubernetes/parley.yaml 'terminationGracePeriodSeconds' 'terminationGraceSeconds'
faulty quantity.yaml deploy/kubernetes/parley.yaml 'cpu: 250m' 'cpu: much'
faulty required.yaml deploy/kubernetes/parley.yaml '{name: http, containerPort: 8000}' '{name: http}'
faulty kind.yaml deploy/kubernetes/monitor.yaml 'kind: ServiceMonitor' 'kind: ServiceMonitors'
faulty dashboard.json deploy/grafana/parley.json '"editable": true' '"editable": "yes"'
faulty compose.yaml compose.yaml 'read_only: true' 'readonly: true'

if output=$(node "$root/tests/deploy/check.mjs" "$work"/*.yaml "$work"/*.json 2>&1); then
  echo "six faults, and none was found: $output"
  exit 1
fi
for file in key.yaml quantity.yaml required.yaml kind.yaml dashboard.json compose.yaml; do
  grep -q "/$file: " <<<"$output" || {
    echo "the fault of $file is not named: $output"
    exit 1
  }
done

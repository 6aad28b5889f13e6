#!/usr/bin/env bash
# script/check-coverage believes no row that it should not: each case is a tree of one page, two sources and results.
set -euo pipefail

check=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/script/check-coverage
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

mkdir -p "$tree"/{docs,script,tests,results}
cp "$check" "$tree/script/"
cat >"$tree/tests/a_test.cpp" <<'TEXT'
TEST(plain, stands) {}
TEST_P(each, holds) {}
RC_GTEST_PROP(a_property,
              is_kept, ()) {}
// TEST(plain, is_commented_out) {}
TEXT
cat >"$tree/tests/test_b.py" <<'TEXT'
def test_one():
async def test_two(number):
TEXT

# Writes the results: the given testcases among good ones, in the forms of GoogleTest and of pytest.
write_results() {
  cat >"$tree/results/a.xml" <<TEXT
<testsuites><testsuite name="plain">
  <testcase name="stands" status="run" result="completed" classname="plain" />
  <testcase name="holds/first" status="run" result="completed" classname="all/each" />
  <testcase name="is_kept" status="run" result="completed" classname="a_property" />
  $1
</testsuite></testsuites>
TEXT
  cat >"$tree/results/b.xml" <<TEXT
<testsuites><testsuite name="pytest">
  <testcase classname="tests.integration.test_b" name="test_one" time="0.1" />
  $2
</testsuite></testsuites>
TEXT
}

# Runs the check on a page with the row, with the arguments that follow; its words are left in $output.
run_on() {
  printf '# Page\n\n| row | shown by |\n|---|---|\n| a \\| b `x.y` | %s |\n' "$1" >"$tree/docs/coverage.md"
  shift
  output=$("$tree/script/check-coverage" "$@" 2>&1)
}

refuses() {
  local words=$1
  shift
  if run_on "$@"; then
    echo "FAIL: $1 passes"
    failures=$((failures + 1))
  elif [[ $output != *"$words"* ]]; then
    echo "FAIL: $1 is refused by other words: $output"
    failures=$((failures + 1))
  fi
}

accepts() {
  if ! run_on "$@"; then
    echo "FAIL: $1 is refused: $output"
    failures=$((failures + 1))
  fi
}

good='`plain.stands`, `each.holds`, `a_property.is_kept`, `test_b.py::test_one`, `test_b.py::test_two`'
two='<testcase classname="test_b" name="test_two[1]" time="0.1" />'

# Names alone.
accepts "$good"
accepts 'none: nobody offers it'
refuses 'docs/coverage.md:5: plain.falls does not exist' '`plain.stands`, `plain.falls`'
refuses 'plain.is_commented_out does not exist' '`plain.is_commented_out`'
refuses 'test_b.py::test_three does not exist' '`test_b.py::test_three`'
refuses 'test_c.py::test_one does not exist' '`test_c.py::test_one`'
refuses 'all/each.holds is no name of a test' '`all/each.holds`'
refuses 'no test is named' 'surely'
refuses 'no test is named' ''
refuses 'none wants a reason' 'none'

# Entries of CTest, and pages with columns behind the tests.
cat >"$tree/tests/CMakeLists.txt" <<'TEXT'
add_test(NAME a_script COMMAND a.sh)
parley_test(units SOURCES a.cpp)
parley_integration_test(b TIMEOUT 240)
TEXT
accepts '`a_script`, `units`, `integration_b`'
refuses 'b does not exist' '`b`'
write_promise() {
  printf '| what | why |\n|---|---|\n| `x.y` | because |\n\n| promise | test | figure |\n|---|---|---|\n| p | %s | 9 |\n' \
    "$1" >"$tree/docs/reliability.md"
}
write_promise '`plain.stands`, `units`'
accepts "$good"
write_promise '`plain.falls`'
refuses 'docs/reliability.md:7: plain.falls does not exist' "$good"
printf '| what | why |\n|---|---|\n| `plain.stands` | because |\n' >"$tree/docs/security.md"
write_promise '`plain.stands`'
refuses 'docs/security.md: no rows' "$good"
rm "$tree"/docs/{security,reliability}.md

# Names and results.
write_results '' "$two"
accepts "$good" "$tree/results"
accepts "$good, \`units\`" "$tree/results"
write_results '' ''
refuses 'test_b.py::test_two did not run' "$good" "$tree/results"
write_results '' "${two%/>}><skipped message=\"no\" /></testcase>"
refuses 'test_b.py::test_two was skipped' "$good" "$tree/results"
write_results '' "$two ${two%/>}><failure message=\"no\" /></testcase>"
refuses 'test_b.py::test_two failed' "$good" "$tree/results"
write_results '<testcase name="holds/second" result="completed" classname="all/each"><failure/></testcase>' "$two"
refuses 'each.holds failed' "$good" "$tree/results"
write_results '<testcase name="holds/second" result="skipped" classname="all/each"><skipped/></testcase>' "$two"
accepts "$good" "$tree/results"
write_results '<broken' "$two"
refuses 'a.xml: ' "$good" "$tree/results"
rm "$tree"/results/*
refuses 'no results' "$good" "$tree/results"

[[ $failures -eq 0 ]] && echo "check_coverage: all cases as expected"
exit "$((failures > 0))"

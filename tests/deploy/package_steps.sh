#!/usr/bin/env bash
# What the Debian packages do when they come, are brought up, go and are purged. Run by script/check-release as process 1
# of a bare root: /release has the packages, /release/next a later parley, /release/first-talk the conversation. There is
# no systemd in the root; what maintainer scripts would ask of it is asked of a systemctl that starts and ends the server
# as the unit says.
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive
log=/tmp/apt.log
work=/run/steps
mkdir -p "$work"

ok() { echo "      ok  $*"; }

fail() {
  echo "  FAILED  $*"
  tail -n 20 "$log" "$work"/* 2>/dev/null
  exit 1
}

# expect WHAT COMMAND…: the command succeeds.
expect() {
  local what=$1
  shift
  "$@" >/dev/null 2>&1 || fail "$what"
  ok "$what"
}

apt() { apt-get "$1" -y -q --no-install-recommends "${@:2}" >"$log" 2>&1 || fail "apt-get $*"; }

# owned MODE OWNER FILE
owned() { [[ $(stat -c '%a %U:%G' "$3") == "$1 $2" ]]; }

runs() { grep -qsx parley /proc/[0-9]*/comm; }

not() { ! "$@"; }

none_enabled() { [[ ! $(find /etc/systemd/system -name 'parley*' 2>/dev/null) ]]; }

links_whole() { ! ldd /usr/bin/parley /usr/bin/parley-load | grep 'not found'; }

# The address that the server told last.
address() { sed -n 's/^listening on \(http[^ ]*\)$/\1/p' "$work/server.log" | tail -n 1; }

starts() { grep -c '^listening on ' "$work/server.log"; }

# messages TOKEN: those of room 1.
messages() { curl -sSf "$(address)/rooms/1/messages/" -H "Authorization: Bearer $1"; }

apt update
held=$(dpkg-query -W -f '${Package}\n' | wc -l)
apt install /release/parley_*.deb /release/parley-load_*.deb
ok "apt installs parley and parley-load, with $(($(dpkg-query -W -f '${Package}\n' | wc -l) - held - 2)) packages that they depend on"
expect "every library is there" links_whole
expect "parley $(parley --version) and $(parley-load --version) run" parley --version
expect "nothing was started" not runs
expect "nothing was enabled" none_enabled
expect "the settings are root's, for the group parley to read" owned 640 root:parley /etc/parley/parley.toml
expect "the data folder is parley's alone" owned 700 parley:parley /var/lib/parley
expect "the user has no shell" grep -q '^parley:.*:/usr/sbin/nologin$' /etc/passwd

# The stand-in for systemd, where apt lets maintainer scripts look.
apt install curl
rm -f /usr/sbin/policy-rc.d
mkdir -p /run/systemd/system
cat >/usr/bin/systemctl <<'STUB'
#!/usr/bin/env bash
work=/run/steps
echo "$*" >>"$work/asked"
end_server() {
  [[ -f $work/pid ]] || return 0
  kill -TERM "$(cat "$work/pid")"
  # What started it writes its status down.
  until [[ -f $work/status ]]; do sleep 0.1; done
  rm "$work/pid"
}
start_server() {
  rm -f "$work/status"
  read -r -a command < <(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/parley.service)
  told=$(grep -cs '^listening on ' "$work/server.log")
  (
    setpriv --reuid=parley --regid=parley --init-groups --no-new-privs "${command[@]}" --port 0 2>>"$work/server.log" >/dev/null </dev/null &
    echo $! >"$work/pid"
    status=0
    wait $! || status=$?
    echo "$status" >"$work/status"
    echo "$status" >>"$work/ends"
  ) &
  until [[ $(grep -cs '^listening on ' "$work/server.log") -gt ${told:-0} || -f $work/status ]]; do sleep 0.1; done
}
case " $* " in
  *" is-enabled "*) echo disabled && exit 1 ;;
  *" is-active "*) [[ -f $work/pid ]] ;;
  *" try-restart "*parley.service*) [[ ! -f $work/pid ]] || { end_server && start_server; } ;;
  *" stop "*parley.service*) end_server ;;
  *" start "*parley.service*) start_server ;;
esac
STUB
chmod +x /usr/bin/systemctl
: >"$work/ends"

systemctl start parley.service
/release/first-talk "$(address)" || fail "a first conversation"
ok "somebody registers, opens a room and reads a message"
token=$(curl -sSf "$(address)/token" -d 'username=ada&password=correct horse' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
echo "# by the operator" >>/etc/parley/parley.toml

apt install /release/next/parley_*.deb
expect "an upgrade restarts the server that runs" test "$(starts)" = 2
expect "the old one drained and ended with status 0" test "$(cat "$work/ends")" = 0
[[ $(messages "$token") == *'"content":"hello"'* ]] || fail "the message after the upgrade"
ok "the new one has the message"
expect "the operator's settings are kept" grep -q "# by the operator" /etc/parley/parley.toml

apt remove parley
expect "a removal ends the server, with status 0" test "$(cat "$work/ends")" = "$(printf '0\n0')"
expect "the data stay" test -s /var/lib/parley/parley.db
expect "the settings stay" grep -q "# by the operator" /etc/parley/parley.toml
apt install /release/next/parley_*.deb
expect "an installation afterwards starts nothing" not runs
systemctl start parley.service
[[ $(messages "$token") == *'"content":"hello"'* ]] || fail "the message after a removal"
ok "the server has the message"

apt purge parley
expect "a purge takes the settings" test ! -e /etc/parley
expect "nobody answered its question: the data stay" test -s /var/lib/parley/parley.db
apt install /release/next/parley_*.deb
echo "parley parley/purge-data boolean true" | debconf-set-selections
apt purge parley
expect "with yes for an answer the data go" test ! -e /var/lib/parley
expect "the user stays" grep -q '^parley:' /etc/passwd
apt purge parley-load
expect "nothing of both is left" test ! "$(find /etc /usr /var/log -name '*parley*' -not -path '/etc/*-' 2>/dev/null)"

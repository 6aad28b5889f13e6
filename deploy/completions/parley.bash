# Completion of parley and parley-load for bash: the words are what --help of the subcommand so far names.
_parley() {
  local program=$1 current=$2 previous=$3 word
  local -a path=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    path+=("$word")
  done
  case $previous in
    --config | --data-dir | --tokens | --json | --report | --files | --passwords)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$("$program" "${path[@]}" --help 2>/dev/null |
    sed -nE 's/^  (-h,)?(--)?([a-z][a-z-]*).*/\2\3/p')" -- "$current")
}
complete -o filenames -F _parley parley parley-load

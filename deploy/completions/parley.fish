# Completion of parley and parley-load for fish: the words are what --help of the subcommand so far names.
function __parley_words
    set -l tokens (commandline -opc)
    set -l path
    for word in $tokens[2..-1]
        string match -q -- '-*' $word; and break
        set -a path $word
    end
    $tokens[1] $path --help 2>/dev/null | string replace -rf '^  (?:-h,)?((?:--)?[a-z][a-z-]*)\s*(.*)$' '$1\t$2'
end
for program in parley parley-load
    complete -c $program -f -a '(__parley_words)'
    complete -c $program -r -l config
    complete -c $program -r -l data-dir
    complete -c $program -r -l report
    complete -c $program -r -l files
    complete -c $program -r -l passwords
end

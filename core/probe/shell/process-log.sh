# The planner sets `pid` (0: it does not run) and `names`. The files that a program writes its log to: where its output
# goes, what it holds open for appending and is called a log, and /var/log's own of its name, newest first.
if [ "$pid" -gt 0 ]; then
    have readlink || missing readlink
    opened=$(for fd in 1 2; do priv readlink "/proc/$pid/fd/$fd" 2>/dev/null; done
        priv ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/^l.w.* [0-9]* -> \(\/.*\)$/\1/p' | grep -E '(/logs?/|\.(log|err|out)$)' | grep -vE '/[0-9]+\.log$|access|/(mysql|mongodb|postgresql)/.*/')
fi
named=$(for name in $names; do ls -1t "/var/log/$name"/*.log "/var/log/$name.log" "/var/log/$name"/*.err 2>/dev/null | grep -v access | head -n 2; done)
{ printf '%s\n' "$opened"; printf '%s\n' "$named"; } | awk 'NF && !seen[$0]++' | head -n 5 | while IFS= read -r file; do
    case $file in /dev/*|/proc/*|*' (deleted)') continue ;; /*) ;; *) continue ;; esac
    [ -d "$file" ] && continue
    printf '@@ %s\n' "$file"
    priv tail -n 150 -- "$file"
done
exit 0

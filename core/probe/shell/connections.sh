if have ss; then
    # of the internal figures only those that tell who waits for whom
    priv ss -H -tnpOi state connected exclude time-wait 2>/dev/null | head -n 1500 | awk '{
        line = $1 " " $2 " " $3 " " $4 " " $5
        for (i = 6; i <= NF; i++) if ($i ~ /^(users|lastsnd|lastrcv|lastack|bytes_acked|bytes_received):/ || $i ~ /pid=/) line = line " " $i
        print line}'
    echo "@@ time-wait"
    ss -H -tn state time-wait 2>/dev/null | awk '{n[$4]++} END {for (p in n) if (n[p] > 9) print n[p], p}' | sort -rn | head -n 20
elif have netstat; then
    echo "@@ netstat"
    priv netstat -tnp 2>/dev/null | head -n 1500
else
    for file in tcp tcp6; do
        [ -r "/proc/net/$file" ] && { echo "@@ /proc/net/$file"; head -n 1500 "/proc/net/$file"; }
    done
fi
exit 0

if have ip; then
    ip -o addr show
    echo "@@ routes"
    ip route show | head -n 1000; ip -6 route show 2>/dev/null | head -n 100
elif have ifconfig; then
    ifconfig -a
    echo "@@ routes"
    cat /proc/net/route
else
    echo "@@ fib_trie"; cat /proc/net/fib_trie
    echo "@@ if_inet6"; cat /proc/net/if_inet6 2>/dev/null
fi
exit 0

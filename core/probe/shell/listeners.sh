# One line a socket. Without root only our own processes are named.
if have ss; then
    # with -e a socket's user and control group show, also to those who may not see its process
    priv ss -H -ltuxnpOe 2>/dev/null || priv ss -ltuxnp
    echo "@@ passwd"
    cut -d: -f1,3 /etc/passwd 2>/dev/null
elif have netstat; then
    echo "@@ netstat"
    priv netstat -ltunp 2>/dev/null
    priv netstat -lxp 2>/dev/null || priv netstat -lx
else
    for file in tcp tcp6 udp udp6 unix; do
        [ -r "/proc/net/$file" ] && { echo "@@ /proc/net/$file"; cat "/proc/net/$file"; }
    done
    echo "@@ fd"
    priv ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E '^/proc/|socket:'
fi
exit 0

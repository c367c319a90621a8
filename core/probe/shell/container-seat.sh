# Inside a container's network; the planner sets, each one quoted: container engine pid. Root enters the network with this
# host's own tools, and reads names as the container does: its hosts and resolv.conf lie over ours in a mount namespace
# that ends with the command. Others can but ask the engine to run what the image has.
inside=
if [ ! -e "/proc/$pid/ns/net" ]; then
    pid=$(priv "$engine" inspect -f '{{.State.Pid}}' "$container" 2>/dev/null)
    case $pid in ''|0) denied "the container $container does not run" ;; esac
fi
if have nsenter && priv nsenter -t "$pid" -n true 2>/dev/null; then
    run() { priv nsenter -t "$pid" -n -- "$@"; }
    names() {
        priv nsenter -t "$pid" -n -- unshare -m sh -c '
            pid=$1; shift
            mount -t tmpfs tmpfs /mnt || exit 125
            for file in hosts resolv.conf; do
                cat "/proc/$pid/root/etc/$file" >"/mnt/$file" 2>/dev/null || : >"/mnt/$file"
                mount --bind "/mnt/$file" "/etc/$file" || exit 125
            done
            echo "hosts: files dns" >/mnt/nsswitch.conf
            [ ! -e /etc/nsswitch.conf ] || mount --bind /mnt/nsswitch.conf /etc/nsswitch.conf || exit 125
            [ ! -d /run/nscd ] || mount -t tmpfs tmpfs /run/nscd
            exec "$@"' names "$pid" "$@"
    }
elif priv "$engine" exec "$container" sh -c : 2>/dev/null; then
    run() { priv "$engine" exec -i "$container" "$@"; }
    names() { run "$@"; }
    have() { run sh -c 'command -v "$1"' have "$1" >/dev/null 2>&1; }
    inside=yes
else
    denied "what the container $container reaches can't be tried: its network may not be entered, and its image has no shell"
fi

# Each running Caddy (or, with none, the installed one): its Caddyfile with what it imports, what its admin interface says
# that it runs, and how its upstreams are.
show_imports() {
    queue=$1 level=0
    while [ -n "$queue" ] && [ $level -lt 4 ]; do
        next=
        for part in $queue; do
            show "$part" || continue
            for word in $(priv head -c 524288 "$root$part" 2>/dev/null | sed -n 's/^[[:space:]]*import[[:space:]]\{1,\}"\{0,1\}\([^[:space:]"]*\).*/\1/p' | sort -u); do
                case $word in *[!A-Za-z0-9_./*?@-]*) continue ;; esac
                for found in $(priv sh -c 'ls -d $1 2>/dev/null' sh "$root$(in_folder "$word" "${part%/*}")" | head -n 200); do
                    next="$next ${found#"$root"}"
                done
            done
        done
        queue=$next level=$((level + 1))
    done
}
admin_of() {
    # its own word for it, where the global options have one
    priv head -c 65536 "$root$1" 2>/dev/null | sed -n -e 's/^[[:space:]]*admin[[:space:]]\{1,\}\([^[:space:]{]\{1,\}\).*/\1/p' \
        -e 's/.*"admin"[[:space:]]*:[[:space:]]*{[^}]*"listen"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' | head -n 1
}
test_of() {
    # by its own words; with variables of its environment in it, which we have not, that would prove nothing
    [ -n "$by" ] || return
    case $1 in *.json) return ;; esac
    priv head -c 524288 "$1" 2>/dev/null | grep -q '{\$' && return
    if text=$($by "$exe" adapt --config "$1" --adapter caddyfile 2>&1 >/dev/null); then echo "$m test ok"
    else
        echo "$m test failed"
        printf '%s\n' "$text" | grep -v '"level":"\(info\|warn\)"' | tail -n 20
    fi
}
count=0
for path in $(grep -lsx 'caddy' /proc/[0-9]*/comm); do
    pid=${path#/proc/} pid=${pid%/comm} seen=" "
    look_at "$pid"
    [ -n "$exe" ] || exe=$(command -v caddy)
    file=$(words_of "$pid" | value_of --config -config -c)
    adapter=$(words_of "$pid" | value_of --adapter -adapter -a)
    [ -n "$file" ] || for file in Caddyfile /etc/caddy/Caddyfile; do priv test -e "$root$(in_folder "$file" "$cwd")" && break; done
    file=$(in_folder "$file" "$cwd")
    echo "$m instance pid=$pid exe=$exe conf=$file adapter=$adapter"
    by=
    [ -z "$root" ] && [ -x "$exe" ] && by=$(runner "$exe" "$pid" "$file") && echo "$m version caddy/$(${by#priv} "$exe" version 2>/dev/null | sed 's/^v//; s/ .*//')"
    test_of "$file"
    show_imports "$file"
    admin=$(admin_of "$file")
    [ -n "$admin" ] || admin=$(priv cat "/proc/$pid/environ" 2>/dev/null | tr '\000' '\n' | sed -n 's/^CADDY_ADMIN=//p')
    case $admin in off) continue ;; '{'*) admin= ;; unix//*) admin=unix/${admin#unix//} ;; esac
    show_answer admin "${admin:-localhost:2019}" /config/ && show_answer admin "${admin:-localhost:2019}" /reverse_proxy/upstreams
    count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ] && [ -z "$path" ]; then
    exe=$(command -v caddy || echo /usr/bin/caddy) root= pid=0 by=
    [ -e /etc/caddy/Caddyfile ] || { [ -x "$exe" ] || missing caddy; exit 0; }
    echo "$m instance pid=0 exe=$exe conf=/etc/caddy/Caddyfile"
    # one that nothing starts is not started by us either, not even for its version
    if ! resting caddy; then
        [ -x "$exe" ] && by=$(runner "$exe" 0) && echo "$m version caddy/$(${by#priv} "$exe" version 2>/dev/null | sed 's/^v//; s/ .*//')"
        test_of /etc/caddy/Caddyfile
    fi
    show_imports /etc/caddy/Caddyfile
fi
exit 0

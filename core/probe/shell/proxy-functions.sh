# For the checks of proxies with an interface for administration: the process, its files (in its own mount namespace) and
# that interface (in its own network). Lines that start with the marker are ours; secrets stay on the host.
m="@@$$"
echo "marker=$m"
own_processes=$(readlink /proc/self/ns/pid 2>/dev/null)
own_root=$(stat -L -c %d:%i / 2>/dev/null)
own_network=$(readlink /proc/self/ns/net 2>/dev/null)
masked() {
    # hashes, values of keys whose names speak, credentials in addresses; the keys stay, so that the text can be read
    sed -E -e 's/\$(2[abxy]|apr1|5|6|argon2[a-z]*)\$[^[:space:]"'"'"',]*/***/g' -e 's/\{SHA\}[A-Za-z0-9+/=]*/***/g' \
        -e 's#(://[^/:@[:space:]"]*:)[^/@[:space:]"]*@#\1***@#g' \
        -e 's/("[^"]*(token|secret|passw|api_?key|apikey|access_?key|credential|private_?key|authorization)[^"]*"[[:space:]]*:[[:space:]]*\[?[[:space:]]*")[^"]*"/\1***"/Ig' \
        -e 's/^([[:space:]]*-?[[:space:]]*(header_up[[:space:]]+|request_header[[:space:]]+|dns[[:space:]]+)?[+>]?[A-Za-z_.-]*(token|secret|passw|api_?key|apikey|access_?key|credential|private_?key|authorization)[A-Za-z_.-]*[[:space:]]*[:=]?[[:space:]]+)[^[:space:]{][^{]*$/\1***/I' \
        -e 's/^([[:space:]]*dns[[:space:]]+[a-z0-9_]+[[:space:]]+)[^[:space:]{][^{]*$/\1***/' \
        -e 's/^(--?[a-z.]*(token|secret|passw|api_?key|apikey|credential)[a-z.]*=).*/\1***/I'
}
look_at() {
    # Where this process has its files and its network. Processes and a root of its own are a container's; a mount
    # namespace alone may be a unit's PrivateTmp.
    pid=$1 root= enter=
    there=$(priv readlink "/proc/$pid/ns/pid" 2>/dev/null)
    if [ -n "$there" ] && [ "$there" != "$own_processes" ] && [ "$(priv stat -L -c %d:%i "/proc/$pid/root/." 2>/dev/null)" != "$own_root" ]; then
        root=/proc/$pid/root
    elif grep -qE 'docker|containerd|libpod|kubepods|lxc' "/proc/$pid/cgroup" 2>/dev/null &&
        ! grep -qE 'docker|containerd|libpod|kubepods|lxc' /proc/self/cgroup 2>/dev/null; then
        root=/proc/$pid/root
    fi
    there=$(priv readlink "/proc/$pid/ns/net" 2>/dev/null)
    [ -n "$there" ] && [ "$there" != "$own_network" ] && enter="nsenter -t $pid -n"
    exe=$(priv readlink "/proc/$pid/exe" 2>/dev/null) exe=${exe% (deleted)}
    cwd=$(priv readlink "/proc/$pid/cwd" 2>/dev/null)
}
words_of() { tr '\000' '\n' <"/proc/$1/cmdline" 2>/dev/null; }
value_of() { # the last value of one of the flags among the words on stdin: "--config FILE", "--config=FILE"
    awk -v flags=" $* " '{p = index($0, "="); k = p ? substr($0, 1, p - 1) : $0
        if (want) {v = $0; want = 0} else if (index(flags, " " k " ")) {if (p) v = substr($0, p + 1); else want = 1}} END {print v}'
}
in_folder() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "${2%/}/$1" ;; esac; }
seen=" "
show() {
    # one file as it stands, by the name that the process knows it by
    case $seen in *" $1 "*) return ;; esac
    [ ${#seen} -gt 20000 ] && return
    seen="$seen$1 "
    if text=$(priv head -c 524288 "$root$1" 2>/dev/null) && [ -n "$text" ]; then
        echo "# configuration file $1:"
        printf '%s\n' "$text" | masked
        echo
        priv stat -L -c '%Y' "$root$1" 2>/dev/null | sed "s|^|$m mtime |; s|\$| $1|"
    elif priv test -d "$root$1" 2>/dev/null || ! priv test -e "$root$1" 2>/dev/null; then return 1
    else echo "$m unreadable $1"; fi
}
fetch() {
    # ADDRESS PATH: an answer of the process's own interface; nothing where it does not answer
    case $1 in
    unix*) where=${1#unix/} where=${where#unix:}
        have curl && priv curl -sS -m 2 --unix-socket "$root$where" "http://127.0.0.1$2" 2>/dev/null
        return ;;
    esac
    where=$1
    case $where in :*) where=127.0.0.1$where ;; 0.0.0.0:*) where=127.0.0.1:${where##*:} ;; '[::]:'*) where='[::1]':${where##*:} ;; esac
    as_is=
    [ -n "$enter" ] && as_is="priv $enter"
    if have curl; then $as_is curl -sS -m 2 --noproxy '*' "http://$where$2" 2>/dev/null
    elif have wget; then $as_is wget -q -T 2 -t 1 -O - "http://$where$2" 2>/dev/null
    elif have python3; then $as_is python3 -c 'import sys, urllib.request as u
print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=2).read(4000000).decode("utf-8", "replace"))' "http://$where$2" 2>/dev/null
    fi
}
show_answer() {
    # NAME ADDRESS PATH
    text=$(fetch "$2" "$3" | head -c 1500000)
    case $text in '{'* | '['*) ;; *) return 1 ;; esac
    echo "# configuration file $1 $3:"
    printf '%s\n' "$text" | masked
    echo
}

# Each running nginx master, OpenResty's and Angie's too (or, with none, the installed one): its own test and dump of the configuration. Where the
# test fails there is no dump, so the files themselves are read. Lines that start with the marker are ours.
m="@@$$"
echo "marker=$m"
conf_of() {
    # the value of a flag in a master's title: "nginx: master process /usr/sbin/nginx -c FILE -p DIR"
    value= before=
    set -f
    for word in $1; do
        [ "$before" = "$2" ] && value=$word
        case $word in "$2"?*) value=${word#"$2"} ;; esac
        before=$word
    done
    set +f
    printf '%s\n' "$value"
}
show_files() {
    # main file, then all it includes, three levels deep. Patterns are expanded, never run.
    # $2: where the file system that the paths are of begins; empty for our own
    top=$2 base=$2${1%/*} seen=" " queue=$2$1 level=0
    while [ -n "$queue" ] && [ $level -lt 4 ]; do
        next=
        for file in $queue; do
            case $seen in *" $file "*) continue ;; esac
            [ ${#seen} -gt 20000 ] && break
            [ -f "$file" ] || continue
            seen="$seen$file "
            echo "# configuration file ${file#"$top"}:"
            if text=$(priv cat "$file" 2>/dev/null); then printf '%s\n\n' "$text"
            else echo "$m unreadable ${file#"$top"}"; continue; fi
            for include in $(printf '%s\n' "$text" | sed -n 's/^\([^#]*[;{}[:space:]]\)\{0,1\}include[[:space:]]\{1,\}["'"'"']\{0,1\}\([^;"'"'"']*\).*/\2/p'); do
                case $include in /*) include=$top$include ;; *) include=$base/$include ;; esac
                next="$next $include"
            done
        done
        queue=$next level=$((level + 1))
    done
    for file in $seen; do stat -L -c "$m mtime %Y ${file#"$top"}" "$file" 2>/dev/null; done
}
# What it says of its connections, where a stub_status is configured that can be asked without TLS: one short request.
# $2: what enters its network, empty for our own
status_of() {
    case $1 in *stub_status*) ;; *) return ;; esac
    have curl || return
    printf '%s\n' "$1" | sed 's/#.*//; s/[{};]/\n&\n/g' | awk '
        function word(s) { sub(/^[^ \t]+[ \t]+/, "", s); sub(/[ \t].*$/, "", s); return s }
        { gsub(/^[ \t\r]+|[ \t\r]+$/, "") }
        $0 == "" { next }
        $0 == "{" {
            depth++; block[depth] = last
            if (last == "server") { server = depth; listen = ""; name = ""; path = ""; tls = 0 }
            last = ""; next
        }
        $0 == "}" {
            if (depth == server && path != "" && (listen != "" || !tls)) { print (listen == "" ? "80" : listen) " " path " " (name == "" ? "localhost" : name); server = 0 }
            if (depth > 0) depth--
            last = ""; next
        }
        $0 == ";" {
            if (last ~ /^listen[ \t]/) { if (last ~ / (ssl|quic)( |$)/ || last ~ /unix:/) tls = 1; else if (listen == "") listen = word(last) }
            if (last ~ /^server_name[ \t]/ && name == "") name = word(last)
            if (last ~ /^stub_status/ && server) {
                here = block[depth]
                if (here == "server") path = "/"
                else if (here ~ /^location[ \t]+(=[ \t]*|\^~[ \t]*)?\//) { sub(/^location[ \t]+(=[ \t]*|\^~[ \t]*)?/, "", here); path = here }
            }
            last = ""; next
        }
        { last = last (last == "" ? "" : " ") $0 }' | head -n 2 | while read -r address path name; do
        case $address in
            *[!0-9A-Za-z.:*\[\]-]*) continue ;;
            \*:*|0.0.0.0:*) address=127.0.0.1:${address##*:} ;;
            '[::]:'*) address='[::1]':${address##*:} ;;
            *:*) ;;
            *[!0-9]*) address=$address:80 ;;
            *) address=127.0.0.1:$address ;;
        esac
        case $path in *[!A-Za-z0-9_./-]*) continue ;; esac
        case $name in *[!A-Za-z0-9_.-]*|_) name=localhost ;; esac
        # shellcheck disable=SC2086
        $2 curl -sS -m 1 --noproxy '*' -H "Host: $name" "http://$address$path" 2>/dev/null | head -c 400 | tr '\n' ' ' |
            sed -n "s|^Active connections: *\([0-9]*\) *server accepts handled requests[a-z ]* \([0-9]*\) \([0-9]*\) \([0-9]*\)[ 0-9]* Reading: \([0-9]*\) Writing: \([0-9]*\) Waiting: \([0-9]*\).*|$m runtime stub-status active=\1 accepts=\2 handled=\3 requests=\4 reading=\5 writing=\6 waiting=\7|p"
        echo
    done | grep -a stub-status | head -n 1
}
# An nginx in a container: its engine runs its own test in there; where that may not be, its files are read from outside.
contained() {
    pid=$1
    id=$(sed -n 's/.*[^0-9a-f]\([0-9a-f]\{64\}\)[^0-9a-f]*$/\1/p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
    [ -n "$id" ] || return 1
    for engine in docker podman; do
        have $engine || continue
        for program in nginx openresty angie ""; do
            [ -n "$program" ] || break
            text=$(priv_within 3 $engine exec "$id" $program -T 2>&1)
            case $? in
                0) case $text in *'# configuration file'*) break ;; esac ;;
                124 | 137) program= && break ;; # it looks up a name and gets no answer
            esac
        done
        [ -n "$program" ] || continue
        echo "$m instance pid=$pid container=$id"
        echo "$m version $(priv $engine exec "$id" $program -v 2>&1)"
        echo "$m test ok"
        printf '%s\n' "$text"
        printf '%s\n' "$text" | sed -n 's/^# configuration file \(.*\):$/\1/p' | head -n 100 |
            while IFS= read -r name; do priv stat -L -c "$m mtime %Y $name" "/proc/$pid/root$name" 2>/dev/null; done
        status_of "$text" "priv nsenter -t $pid -n"
        return
    done
    top=/proc/$pid/root
    for file in /etc/nginx/nginx.conf /usr/local/nginx/conf/nginx.conf /usr/local/openresty/nginx/conf/nginx.conf /opt/bitnami/nginx/conf/nginx.conf /etc/angie/angie.conf; do
        priv cat "$top$file" >/dev/null 2>&1 && break
        file=
    done
    [ -n "$file" ] || return 1
    echo "$m instance pid=$pid container=$id"
    case $text in
        *"test failed"*|*emerg*) echo "$m test failed"; printf '%s\n' "$text" | grep -v '^# configuration file' | tail -n 40 ;;
    esac
    echo "$m files $file"
    show_files "$file" "$top"
}
built_with() {
    set -f
    for word in $built; do
        case $word in "$1"=*) printf '%s\n' "${word#*=}"; break ;; esac
    done
    set +f
}
instance() {
    pid=$1 exe=$2 title=$3
    file=$(conf_of "$title" -c) prefix=$(conf_of "$title" -p)
    set -- -T
    [ -n "$prefix" ] && set -- "$@" -p "$prefix"
    [ -n "$file" ] && set -- "$@" -c "$file"
    echo "$m instance pid=$pid exe=$exe conf=$file prefix=$prefix"
    # "nginx version: …", then what it was built with: its own folder, main file and log, where nobody names others
    built= by=$(runner "$exe" "$pid") && built=$(${by#priv} "$exe" -V 2>&1)
    echo "$m version ${built%%
*}"
    home=${prefix:-$(built_with --prefix)}
    [ -n "$home" ] && echo "$m runtime prefix ${home%/}"
    log=$(built_with --error-log-path)
    [ -n "$log" ] && echo "$m runtime error-log $log"
    # Its test looks up every name; where no name server answers that takes longer than we have, and proves nothing.
    # Root's test would give the folders for temporary files, and logs, of an instance that is not root's to another user.
    case $by in
        priv) text=$(priv_within 4 "$exe" "$@" 2>&1) ;;
        '') (exit 77) ;;
        *)
            have timeout && set -- timeout -k 1 4 "$exe" "$@" || set -- "$exe" "$@"
            text=$($by "$@" 2>&1) ;;
    esac
    tested=$?
    if [ $tested = 0 ]; then
        echo "$m test ok"
        printf '%s\n' "$text"
        printf '%s\n' "$text" | sed -n 's/^# configuration file \(.*\):$/\1/p' | head -n 400 |
            while IFS= read -r name; do stat -L -c "$m mtime %Y %n" "$name" 2>/dev/null || priv stat -L -c "$m mtime %Y %n" "$name" 2>/dev/null; done
        [ "$pid" = 0 ] || status_of "$text"
        return
    fi
    case $tested in
        77 | 124 | 137) ;;
        *) echo "$m test failed"; printf '%s\n' "$text" | grep -v '^# configuration file' | tail -n 40 ;;
    esac
    if [ -z "$file" ]; then
        file=$(built_with --conf-path)
        [ -n "$file" ] || for file in "${home:+${home%/}/conf/nginx.conf}" /etc/nginx/nginx.conf /usr/local/nginx/conf/nginx.conf /usr/local/etc/nginx/nginx.conf; do [ -e "$file" ] && break; done
    fi
    case $file in /*) ;; *) file=${home:-/etc/nginx}/$file ;; esac
    echo "$m files $file"
    show_files "$file"
}
# processes and root of its own are a container's; a mount namespace alone may be a unit's PrivateTmp, a root a chroot
self=$(readlink /proc/self/ns/pid 2>/dev/null)
self_root=$(stat -L -c %d:%i / 2>/dev/null)
count=0
elsewhere=0
for path in $(grep -salE '^(nginx|openresty|angie|freenginx|tengine): master process' /proc/[0-9]*/cmdline); do
    pid=${path#/proc/} pid=${pid%/cmdline}
    there=$(priv readlink "/proc/$pid/ns/pid" 2>/dev/null)
    title=$(tr '\000' ' ' <"$path" 2>/dev/null)
    title=${title#*: master process }
    if [ -n "$there" ] && [ "$there" != "$self" ] && [ "$(priv stat -L -c %d:%i "/proc/$pid/root/." 2>/dev/null)" != "$self_root" ]; then
        [ "$elsewhere" -lt 6 ] && contained "$pid" || echo "$m elsewhere pid=$pid"
        elsewhere=$((elsewhere + 1))
        continue
    fi
    exe=$(priv readlink "/proc/$pid/exe" 2>/dev/null)
    exe=${exe% (deleted)}
    [ -n "$exe" ] || exe=$(command -v "${title%% *}" 2>/dev/null)
    [ -x "$exe" ] || exe=$(command -v nginx || command -v openresty || command -v angie || echo /usr/sbin/nginx)
    instance "$pid" "$exe" "$title"
    count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ]; then
    # not run, but installed
    for exe in "$(command -v nginx)" "$(command -v openresty)" "$(command -v angie)" /usr/sbin/nginx /usr/local/sbin/nginx /usr/local/nginx/sbin/nginx /usr/local/openresty/nginx/sbin/nginx /usr/sbin/angie /opt/nginx/sbin/nginx; do
        [ -x "$exe" ] && { instance 0 "$exe" ""; exit 0; }
    done
    [ $elsewhere = 0 ] && missing nginx
fi
exit 0

# Each running HAProxy (or, with none, the installed one): its own test (where something starts it) and its files, the lists and maps that they name
# included. Lines that start with the marker are ours; values that are secrets stay on the host.
m="@@$$"
echo "marker=$m"
show() {
    if text=$(priv head -c 524288 "$1" 2>/dev/null); then
        echo "# configuration file $1:"
        printf '%s\n\n' "$text" | sed -e 's/^\([[:space:]]*stats[[:space:]]\{1,\}auth[[:space:]]\{1,\}[^:]*:\).*/\1***/' \
            -e 's/\([[:space:]]\(insecure-\)\{0,1\}password[[:space:]]\{1,\}\)[^[:space:]]*/\1***/g' -e 's/^[[:space:]]*#.*/#/'
        priv stat -L -c "$m mtime %Y %n" "$1" 2>/dev/null
    else echo "$m unreadable $1"; fi
}
instance() {
    pid=$1 exe=$2 rests=$3
    shift 3
    echo "$m instance pid=$pid exe=$exe conf=$1"
    # one that nothing starts is not started by us either, not even for its version; nor what is not to be trusted
    by=$(runner "$exe" "$pid" "$@") || rests=yes
    [ $rests = yes ] || echo "$m version haproxy/$(${by#priv} "$exe" -v 2>&1 | sed -n '1s/.*version \([^ -]*\).*/\1/p')"
    all=
    for file in "$@"; do
        if [ -d "$file" ]; then all="$all $(ls -d "${file%/}"/*.cfg 2>/dev/null | head -n 100)"; else all="$all $file"; fi
    done
    set --
    for file in $all; do set -- "$@" -f "$file"; done
    if [ $rests = yes ]; then :
    elif text=$($by "$exe" -c "$@" 2>&1); then echo "$m test ok"
    else
        echo "$m test failed"
        printf '%s\n' "$text" | tail -n 40
        # "cannot open the file" of one that only this login may not read is no mistake in the configuration
        for named in $(printf '%s\n' "$text" | grep -oE "'/[^']*'" | tr -d "'" | sort -u | head -n 20); do
            folder=${named%/*}
            while [ -n "$folder" ] && ! $by test -d "$folder"; do folder=${folder%/*}; done
            if ! $by test -x "${folder:-/}" || { $by test -e "$named" && ! $by test -r "$named"; }; then echo "$named: Permission denied"; fi
        done
    fi
    for file in $all; do show "$file"; done
    count_lists=0
    for file in $(priv cat $all 2>/dev/null | grep -v '^[[:space:]]*#' | grep -oE 'map(_[a-z_]+)?\([^,)]+|[[:space:]]-f[[:space:]]+[^[:space:]]+' | sed -e 's/.*(//' -e 's/.*-f[[:space:]]*//' -e 's/^\(opt\|virt\|file\)@//' | sort -u); do
        case $file in /*) ;; *) continue ;; esac
        [ -e "$file" ] || priv test -e "$file" || continue
        count_lists=$((count_lists + 1))
        [ $count_lists -gt 20 ] && break
        show "$file"
    done
}
# processes and root of its own are a container's; a mount namespace alone may be a unit's PrivateTmp, a root a chroot
self=$(readlink /proc/self/ns/pid 2>/dev/null)
self_root=$(stat -L -c %d:%i / 2>/dev/null)
count=0
for path in $(grep -lsx 'haproxy' /proc/[0-9]*/comm); do
    pid=${path#/proc/} pid=${pid%/comm}
    parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
    [ "$(cat "/proc/${parent:-0}/comm" 2>/dev/null)" = haproxy ] && continue
    there=$(priv readlink "/proc/$pid/ns/pid" 2>/dev/null)
    if [ -n "$there" ] && [ "$there" != "$self" ] && [ "$(priv stat -L -c %d:%i "/proc/$pid/root/." 2>/dev/null)" != "$self_root" ]; then
        echo "$m elsewhere pid=$pid"
        continue
    fi
    exe=$(priv readlink "/proc/$pid/exe" 2>/dev/null) exe=${exe% (deleted)}
    [ -x "$exe" ] || exe=$(command -v haproxy || echo /usr/sbin/haproxy)
    files= flag= rest=no
    for word in $(tr '\000' '\n' <"/proc/$pid/cmdline" 2>/dev/null); do
        if [ "$flag" = -f ] || [ $rest = yes ]; then files="$files $word"; fi
        flag=
        case $word in -f) flag=-f ;; -f?*) files="$files ${word#-f}" ;; --) rest=yes ;; esac
    done
    cwd=$(priv readlink "/proc/$pid/cwd" 2>/dev/null)
    list=
    for file in ${files:-/etc/haproxy/haproxy.cfg}; do
        case $file in /*) ;; *) file=${cwd:-/}/$file ;; esac
        list="$list $file"
    done
    instance "$pid" "$exe" no $list
    count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ]; then
    for exe in "$(command -v haproxy)" /usr/sbin/haproxy /usr/local/sbin/haproxy; do
        [ -x "$exe" ] || continue
        # as its unit would start it
        files=/etc/haproxy/haproxy.cfg extra= rests=no
        if resting haproxy; then rests=yes
        elif have systemctl; then extra=$(systemctl show -p ExecStart haproxy.service 2>/dev/null | grep -o ' -f [^ ;]*' | sed 's/ -f //' | grep '^/' | sort -u)
        fi
        [ -n "$extra" ] && files=$extra
        for directory in $(sed -n 's/^EXTRAOPTS=.*-f[[:space:]]*\([^" ]*\).*/\1/p' /etc/default/haproxy 2>/dev/null); do files="$files $directory"; done
        instance 0 "$exe" $rests $files
        exit 0
    done
    missing haproxy
fi
exit 0

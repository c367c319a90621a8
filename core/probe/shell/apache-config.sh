# Each running Apache (or, with none, the installed one): its own test, the files it includes, and its modules. Where the
# test fails, or is of no use as nothing starts that Apache, the files are found by their Include lines. Lines that start
# with the marker are ours; values that are secrets stay on the host.
m="@@$$"
echo "marker=$m"
show() {
    # all files in one go; comments are most of them, a line stays a line
    list=
    for file in "$@"; do
        if [ -r "$file" ] || priv test -r "$file"; then
            if [ -s "$file" ] || priv test -s "$file"; then list="$list $file"; else echo "# configuration file $file:"; fi
        else echo "$m unreadable $file"; fi
    done
    [ -n "$list" ] || return
    priv awk 'FNR == 1 {print "# configuration file " FILENAME ":"} {sub(/^[ \t]*#.*/, "#"); print}' $list 2>/dev/null |
        sed -e 's/\([Ss]ecret=\)[^[:space:]"]*/\1***/g' -e 's/^\([[:space:]]*[A-Za-z]*[Pp]ass\(word\|phrase\)[[:space:]]\{1,\}\).*/\1***/' \
            -e 's/^\([[:space:]]*SetEnv[[:space:]]\{1,\}[A-Za-z0-9_]*\(PASS\|SECRET\|TOKEN\|KEY\|PWD\)[A-Za-z0-9_]*[[:space:]]\{1,\}\).*/\1***/'
    priv stat -L -c "$m mtime %Y %n" $list 2>/dev/null
}
walk() {
    # main file, then all it includes, level by level. Patterns are expanded, never run.
    root=$1 seen=" " queue=$2 level=0
    while [ -n "$queue" ] && [ $level -lt 9 ]; do
        list= next=
        for file in $queue; do
            case $seen in *" $file "*) continue ;; esac
            [ ${#seen} -gt 20000 ] && break
            if [ -d "$file" ]; then next="$next ${file%/}/*"
            elif [ -f "$file" ]; then seen="$seen$file " list="$list $file"; fi
        done
        [ -n "$list" ] && for include in $(priv sed -n 's/^[[:space:]]*[Ii]nclude\([Oo]ptional\)\{0,1\}[[:space:]]\{1,\}["'"'"']\{0,1\}\([^"'"'"']*\).*/\2/p' $list 2>/dev/null); do
            case $include in /*) ;; *) include=$root/$include ;; esac
            next="$next $include"
        done
        queue=$next level=$((level + 1))
    done
    files=$seen
}
access_files() {
    # .htaccess of the folders that the files name
    for folder in $(priv cat $files 2>/dev/null | sed -n -e 's/^[[:space:]]*[Dd]ocument[Rr]oot[[:space:]]\{1,\}["'"'"']\{0,1\}\([^"'"'"' ]*\).*/\1/p' -e 's/^[[:space:]]*<[Dd]irectory[[:space:]]\{1,\}["'"'"']\{0,1\}\(\/[^"'"'"' >*?]*\).*/\1/p' | sed 's/\/*$//' | sort -u | head -n 40); do
        [ -e "$folder/.htaccess" ] && echo "$folder/.htaccess"
    done
}
instance() {
    pid=$1 exe=$2 file=$3 root=$4 defines=$5
    rests=no by=$(runner "$exe" "$pid") || rests=yes
    if [ "$pid" = 0 ] && resting apache2 httpd; then rests=yes; fi
    # one that nothing starts is not started by us either, nor what is not to be trusted, where its files are in their usual place
    case $rests:$exe in
        yes:/usr/sbin/apache2) root=/etc/apache2 file=apache2.conf ;;
        yes:/usr/sbin/httpd) root=/etc/httpd file=conf/httpd.conf ;;
    esac
    if [ -n "$file" ] && [ $rests = yes ] && [ -e "$root/$file" ]; then facts=
    else
        [ $rests = yes ] && root= file=
        facts=$(${by#priv} "$exe" -V 2>/dev/null)
        case $facts in *Apache*) ;; *) return 1 ;; esac
    fi
    [ -n "$root" ] || root=$(printf '%s\n' "$facts" | sed -n 's/.*HTTPD_ROOT="\(.*\)"/\1/p')
    [ -n "$file" ] || file=$(printf '%s\n' "$facts" | sed -n 's/.*SERVER_CONFIG_FILE="\(.*\)"/\1/p')
    case $file in /*) ;; *) file=$root/$file ;; esac
    echo "$m instance pid=$pid exe=$exe conf=$file"
    [ -z "$facts" ] || echo "$m version $(printf '%s\n' "$facts" | sed -n 's/^Server version: *//p')"
    echo "$m runtime root $root"
    for word in $defines; do echo "$m runtime define $word"; done
    # Debian's wrapper sets the environment that its configuration needs
    program=$exe
    case $exe in */apache2) have apache2ctl && [ -e /etc/apache2/envvars ] && program=apache2ctl ;; esac
    set -- -t -D DUMP_INCLUDES -D DUMP_MODULES -f "$file" -d "$root"
    for word in $defines; do case $word in FOREGROUND|NO_DETACH) ;; *) set -- "$@" -D "$word" ;; esac; done
    if [ $rests = yes ]; then files=
    elif text=$($by "$program" "$@" 2>&1); then
        echo "$m test ok"
        files=$(printf '%s\n' "$text" | sed -n 's/^[[:space:]]*([0-9*]*) \(\/.*\)$/\1/p' | awk '!seen[$0]++' | head -n 400)
        printf '%s\n' "$text" | sed -n "s/^ \([a-z0-9_]*_module\) (.*/$m runtime module \1/p"
    else
        echo "$m test failed"
        printf '%s\n' "$text" | grep -v 'AH00558' | tail -n 20
        files=
    fi
    [ -n "$files" ] || walk "$root" "$file"
    [ -f "$root/envvars" ] && files="$files $root/envvars"
    show $files $(access_files)
}
# processes and root of its own are a container's; a mount namespace alone may be a unit's PrivateTmp, a root a chroot
self=$(readlink /proc/self/ns/pid 2>/dev/null)
self_root=$(stat -L -c %d:%i / 2>/dev/null)
count=0
for path in $(grep -lsxE 'apache2|httpd|httpd\.(worker|event|prefork)' /proc/[0-9]*/comm); do
    pid=${path#/proc/} pid=${pid%/comm}
    parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
    [ "$(cat "/proc/${parent:-0}/comm" 2>/dev/null)" = "$(cat "$path" 2>/dev/null)" ] && continue
    there=$(priv readlink "/proc/$pid/ns/pid" 2>/dev/null)
    if [ -n "$there" ] && [ "$there" != "$self" ] && [ "$(priv stat -L -c %d:%i "/proc/$pid/root/." 2>/dev/null)" != "$self_root" ]; then
        echo "$m elsewhere pid=$pid"
        continue
    fi
    exe=$(priv readlink "/proc/$pid/exe" 2>/dev/null) exe=${exe% (deleted)}
    file= root= defines= flag=
    for word in $(tr '\000' '\n' <"/proc/$pid/cmdline" 2>/dev/null); do
        case $flag in
        -f) file=$word ;;
        -d) root=$word ;;
        -D) case $word in *[!A-Za-z0-9_=.-]*) ;; *) defines="$defines $word" ;; esac ;;
        esac
        flag=
        case $word in
        -f|-d|-D) flag=$word ;;
        -D?*) case ${word#-D} in *[!A-Za-z0-9_=.-]*) ;; *) defines="$defines ${word#-D}" ;; esac ;;
        -f?*) file=${word#-f} ;;
        -d?*) root=${word#-d} ;;
        esac
    done
    [ -x "$exe" ] || for exe in /usr/sbin/apache2 /usr/sbin/httpd /usr/local/apache2/bin/httpd; do [ -x "$exe" ] && break; done
    [ -x "$exe" ] && instance "$pid" "$exe" "$file" "$root" "$defines" && count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ]; then
    for exe in /usr/sbin/apache2 /usr/sbin/httpd /usr/local/apache2/bin/httpd /usr/bin/httpd; do
        [ -x "$exe" ] && instance 0 "$exe" "" "" "" && exit 0
    done
    missing apache2
fi
exit 0

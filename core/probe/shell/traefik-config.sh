# Each running Traefik (or, with none, the installed one): its options, its static file, the files of its file provider,
# and what its API says, where that is open on the host.
options_of() {
    # from the command line and from the variables of its environment, less those that hold secrets
    words_of "$1" | sed -n 's/^--*/--/p' | masked
    priv cat "/proc/$1/environ" 2>/dev/null | tr '\000' '\n' |
        grep -E '^TRAEFIK_(ENTRYPOINTS|PROVIDERS_(DOCKER|FILE|SWARM)|API|ACCESSLOG|LOG|SERVERSTRANSPORT)(_|=)' |
        awk -F= '{k = tolower($1); sub(/^traefik_/, "", k); gsub(/_/, ".", k); sub(/^[^=]*=/, ""); print "--" k "=" $0}' | masked
}
dynamic_files() {
    # "filename: X", "directory = X", "--providers.file.filename=X" in the texts on stdin
    sed -n -e 's/^[[:space:]]*filename[[:space:]]*[:=][[:space:]]*"\{0,1\}\([^"[:space:]#]*\).*/f \1/Ip' \
        -e 's/^[[:space:]]*directory[[:space:]]*[:=][[:space:]]*"\{0,1\}\([^"[:space:]#]*\).*/d \1/Ip' \
        -e 's/^--providers\.file\.filename=\(.*\)/f \1/Ip' -e 's/^--providers\.file\.directory=\(.*\)/d \1/Ip' | sort -u
}
show_all() {
    options=$1 static=$2
    if [ -n "$options" ]; then
        echo "# configuration file command line:"
        printf '%s\n\n' "$options"
    fi
    [ -n "$static" ] && show "$static"
    { printf '%s\n' "$options"; [ -n "$static" ] && priv head -c 262144 "$root$static" 2>/dev/null; } | dynamic_files |
        while read -r kind name; do
            name=$(in_folder "$name" "${cwd:-/}")
            if [ "$kind" = f ]; then show "$name"; continue; fi
            priv find "$root${name%/}/" -maxdepth 3 -type f \( -name '*.yml' -o -name '*.yaml' -o -name '*.toml' \) 2>/dev/null | sort | head -n 200 |
                while IFS= read -r found; do show "${found#"$root"}"; done
        done
}
# Its API answers without a password only where that was asked for.
is_open() { printf '%s\n' "$1" | grep -qiE '^[[:space:]]*(--api\.)?insecure([[:space:]]*[:=][[:space:]]*"?true|$)'; }
count=0
for path in $(grep -lsx 'traefik' /proc/[0-9]*/comm); do
    pid=${path#/proc/} pid=${pid%/comm} seen=" "
    look_at "$pid"
    [ -n "$exe" ] || exe=$(command -v traefik)
    options=$(options_of "$pid")
    static=$(words_of "$pid" | value_of --configFile --configfile --configFile -c)
    if [ -n "$static" ]; then static=$(in_folder "$static" "$cwd")
    else
        for file in /etc/traefik/traefik.toml /etc/traefik/traefik.yml /etc/traefik/traefik.yaml "$cwd/traefik.toml" "$cwd/traefik.yml" "$cwd/traefik.yaml"; do
            priv test -f "$root$file" 2>/dev/null && { static=$file; break; }
        done
    fi
    echo "$m instance pid=$pid exe=$exe conf=$static"
    [ -z "$root" ] && [ -x "$exe" ] && by=$(runner "$exe" "$pid") && echo "$m version traefik/$(${by#priv} "$exe" version 2>/dev/null | sed -n 's/^Version:[[:space:]]*//p')"
    show_all "$options" "$static"
    texts=$({ printf '%s\n' "$options"; [ -n "$static" ] && priv head -c 262144 "$root$static" 2>/dev/null; } | grep -v '^[[:space:]]*#')
    if is_open "$texts"; then
        port=$(printf '%s\n' "$texts" | sed -n 's/^--entrypoints\.traefik\.address=.*:\([0-9]*\)$/\1/Ip' | head -n 1)
        [ -n "$port" ] || port=$(printf '%s\n' "$texts" | awk '/^[[:space:]]*traefik:[[:space:]]*$/ || /entryPoints\.traefik\]/ {near = 3} near-- > 0 && /address/ {sub(/.*:/, ""); gsub(/[^0-9]/, ""); print; exit}')
        api=127.0.0.1:${port:-8080}
        show_answer api "$api" /api/rawdata && show_answer api "$api" /api/entrypoints
    fi
    count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ]; then
    root= cwd=/ pid=0 exe=$(command -v traefik || echo /usr/local/bin/traefik)
    for file in /etc/traefik/traefik.toml /etc/traefik/traefik.yml /etc/traefik/traefik.yaml; do
        [ -e "$file" ] || continue
        echo "$m instance pid=0 exe=$exe conf=$file"
        show_all "" "$file"
        exit 0
    done
    [ -x "$exe" ] || missing traefik
fi
exit 0

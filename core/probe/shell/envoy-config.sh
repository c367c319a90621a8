# Each running Envoy (or, with none, the installed one): its bootstrap, the files that it watches, and what its admin
# interface says that it runs and how its endpoints are.
watched_files() {
    # "path: /etc/envoy/lds.yaml", "filename: …" of discovery by files
    sed -n 's/.*["[:space:]{]\(path\|filename\)"\{0,1\}[[:space:]]*:[[:space:]]*["'"'"']\{0,1\}\([^"'"'"',}[:space:]]*\.\(yaml\|yml\|json\)\).*/\2/p' | sort -u | head -n 50
}
admin_of() {
    # the first address and port behind the word "admin"
    tr -d '"{},' | tr ' ' '\n' | sed -n '/^-\{0,1\}admin:$/,$p' | head -n 60 | awk '
        $0 == "address:" {want = "a"; next} $0 == "port_value:" || $0 == "portValue:" {want = "p"; next} $0 == "path:" && !p {want = "u"; next}
        $0 == "" {next} /^static_resources/ {exit}
        want == "a" {if ($0 !~ /:$/) a = $0; want = ""} want == "p" {p = $0; want = ""; exit} want == "u" {if ($0 ~ /\.sock/) u = $0; want = ""}
        END {if (p != "") print (a == "" ? "127.0.0.1" : a) ":" p; else if (u != "") print "unix/" u}'
}
show_all() {
    show "$1" || return
    for round in 1 2; do
        for part in $(for each in $seen; do priv head -c 524288 "$root$each" 2>/dev/null; done | watched_files); do
            show "$(in_folder "$part" "${cwd:-/}")"
        done
    done
}
count=0
for path in $(grep -lsx 'envoy' /proc/[0-9]*/comm); do
    pid=${path#/proc/} pid=${pid%/comm} seen=" "
    look_at "$pid"
    [ -n "$exe" ] || exe=$(command -v envoy)
    file=$(words_of "$pid" | value_of -c --config-path)
    [ -n "$file" ] && file=$(in_folder "$file" "$cwd")
    echo "$m instance pid=$pid exe=$exe conf=$file"
    [ -z "$root" ] && [ -x "$exe" ] && by=$(runner "$exe" "$pid") && echo "$m version envoy$(${by#priv} timeout 2 "$exe" --version 2>/dev/null | sed -n 's|.*version: [0-9a-f]*/\([^/]*\)/.*|/\1|p')"
    inline=$(words_of "$pid" | value_of --config-yaml)
    [ -n "$file" ] && show_all "$file"
    if [ -n "$inline" ]; then
        echo "# configuration file config-yaml of the command line:"
        tr '\000' '\036' <"/proc/$pid/cmdline" | tr '\036' '\001' | tr '\001' '\n' | sed -n '/^--config-yaml/,$p' | sed 's/^--config-yaml=\{0,1\}//' | masked
        echo
    fi
    admin=$(words_of "$pid" | value_of --admin-address-path)
    [ -n "$admin" ] && admin=$(priv cat "$root$(in_folder "$admin" "$cwd")" 2>/dev/null | head -n 1)
    [ -n "$admin" ] || admin=$({ [ -n "$file" ] && priv head -c 524288 "$root$file" 2>/dev/null; words_of "$pid"; } | admin_of)
    if [ -n "$admin" ]; then
        show_answer admin "$admin" '/config_dump?include_eds' && show_answer admin "$admin" '/clusters?format=json'
    fi
    count=$((count + 1))
    [ $count -ge 4 ] && break
done
if [ $count = 0 ]; then
    root= cwd=/ pid=0 exe=$(command -v envoy || echo /usr/local/bin/envoy)
    for file in /etc/envoy/envoy.yaml /etc/envoy/envoy.yml /etc/envoy/envoy.json; do
        [ -e "$file" ] || continue
        echo "$m instance pid=0 exe=$exe conf=$file"
        show_all "$file"
        exit 0
    done
    [ -x "$exe" ] || missing envoy
fi
exit 0

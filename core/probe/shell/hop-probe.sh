# One hop from this seat. The planner sets, each one quoted: target name port unix proto host path sni verify verify_name
# cafile tls_versions cert certkey limit tries user proxy_protocol look_twice py pl, and the functions that enter the seat (a user, a container's network): `run`, and
# `names` for what looks up names.
# Engines, best first: curl (HTTP), python3, perl, openssl, bash, nc. All give the lines that core/parse reads.
limited() {
    # FUNCTION SECONDS COMMAND…: a seat's functions can't be told to `timeout`, so it goes inside them
    by=$1 most=$2
    shift 2
    if have timeout; then "$by" timeout "$most" "$@"; else "$by" "$@"; fi
}
errno_of() {
    case $1 in
        *efused*) echo ECONNREFUSED ;;
        *"o route to host"*|*"ost is unreachable"*) echo EHOSTUNREACH ;;
        *"etwork is unreachable"*|*"etwork unreachable"*) echo ENETUNREACH ;;
        *"imed out"*) echo ETIMEDOUT ;;
        *"ermission denied"*) echo EACCES ;;
        *"o such file"*) echo ENOENT ;;
        *"annot assign requested"*|*"ddress not available"*) echo EADDRNOTAVAIL ;;
        *"esource temporarily"*) echo EAGAIN ;;
        *) echo unknown ;;
    esac
}
python=
[ -n "$py" ] && [ -n "$inside" ] && python=$(run sh -c 'command -v python3')
[ -n "$py" ] && [ -z "$inside" ] && for python in /usr/bin/python3 /usr/libexec/platform-python /usr/local/bin/python3 "$(command -v python3)"; do
    [ -x "$python" ] && break
    python=
done
resolve() {
    # why the system's resolver gives nothing: getent itself does not tell "no such name" from "no answer"
    out=$(limited names 5 getent ahosts "$name" 2>&1)
    code=$?
    if [ $code = 0 ]; then
        addresses=$(printf '%s\n' "$out" | awk '!seen[$1]++ {print $1}' | head -n 4)
        echo "resolve=resolved"
        # shellcheck disable=SC2086
        echo "addresses=$(echo $addresses)"
        return
    fi
    [ $code = 124 ] && { echo "resolve=timed-out"; return; }
    if [ -n "$python" ]; then
        why=$(limited names 5 "$python" -I -S -c 'import socket, sys
try: socket.getaddrinfo(sys.argv[1], None)
except socket.gaierror as e: print(e.errno, e.strerror)' "$name" 2>&1)
    elif [ -n "$pl" ]; then
        why=$(limited names 5 perl -MSocket=getaddrinfo -e 'my ($e) = getaddrinfo($ARGV[0], ""); print $e + 0, " $e\n" if $e' "$name" 2>&1)
    else
        why="unknown getent finds no address"
    fi
    [ $? = 124 ] && { echo "resolve=timed-out"; return; }
    case $why in
        -2\ *|-5\ *) echo "resolve=not-found" ;;
        -3\ *|-4\ *|-11\ *) echo "resolve=failed" ;;
        *) echo "resolve=unknown" ;;
    esac
    echo "error=${why#* }"
}
with_curl() {
    literal=$address
    case $address in *:*) literal="[$address]" ;; esac
    set -- -q -sSv -g --path-as-is --http1.1 --http0.9 --noproxy '*' --connect-timeout 3 --max-time "$limit" --limit-rate 4M \
        -A hopscope -H "Host: $host" -H 'Connection: close'
    [ "$proxy_protocol" = yes ] && set -- "$@" --haproxy-protocol
    if [ "$proto" = https ]; then
        # a name other than the one that is sent is checked by a look of its own
        if [ "$verify" = yes ] && [ -n "$sni" ]; then [ -n "$cafile" ] && set -- "$@" --cacert "$cafile"
        else set -- "$@" -k; fi
        case $tls_versions in ''|*1.3) ;; *) set -- "$@" --tls-max "${tls_versions##* }" ;; esac
        case $tls_versions in 1.[23]*) set -- "$@" "--tlsv${tls_versions%% *}" ;; esac
        [ -n "$cert" ] && set -- "$@" --cert "$cert" && [ -n "$certkey" ] && set -- "$@" --key "$certkey"
        if [ -n "$sni" ]; then set -- "$@" --connect-to "::$literal:$port" "https://$sni:$port$path"
        else set -- "$@" "https://$literal:$port$path"; fi
    else
        set -- "$@" "http://$literal:$port$path"
    fi
    echo "tool=curl"
    {
        {
            run curl "$@" -w '%{stderr}hs-time: dns=%{time_namelookup} connect=%{time_connect} tls=%{time_appconnect} first=%{time_starttransfer} total=%{time_total} status=%{http_code} version=%{http_version} verify=%{ssl_verify_result} size=%{size_download} header=%{size_header}\n' 2>&3
            echo "hs-exit: $?" >&3
        } | {
            body=$({ head -c 512; head -c 4000000 >/dev/null; } | tr '\000' '.')
            echo "@@ body"
            printf '%s\n' "$body" | sed 's/^/: /'
        }
    } 3>&1 | awk '!/^[{}] \[/ {print substr($0, 1, 1000)}' # a header may be longer than all that may be sent
}
# A port that expects TLS closes on a plain request, mostly without a word. Whether it is one, a handshake shows.
plain_http_or_tls() {
    literal=$address
    case $address in *:*) literal="[$address]" ;; esac
    answer=$(with_curl)
    printf '%s\n' "$answer"
    case $answer in
        *"< HTTP/"*) ;;
        *"hs-exit: 0"*|*"hs-exit: 1"*|*"hs-exit: 8"*|*"hs-exit: 52"*|*"hs-exit: 56"*)
            if have openssl; then
                printf '' | limited run 3 openssl s_client -connect "$literal:$port" 2>/dev/null | grep -q '^New, .*Cipher is [^(]'
            else
                case $(run curl -q -s -k -g -I --noproxy '*' --connect-timeout 2 --max-time 3 -o /dev/null -w '%{time_appconnect}' "https://$literal:$port/") in
                    *[1-9]*) ;;
                    *) false ;;
                esac
            fi && echo "speaks-tls=yes" ;;
    esac
    return 0
}
with_openssl() {
    literal=$address
    case $address in *:*) literal="[$address]" ;; esac
    set -- -connect "$literal:$port" -ign_eof
    [ -n "$sni" ] && set -- "$@" -servername "$sni"
    [ "$verify" = yes ] && set -- "$@" -verify_return_error
    [ -n "$cafile" ] && set -- "$@" -CAfile "$cafile"
    echo "tool=openssl"
    out=$(printf '%s' "$request" | limited run "$limit" openssl s_client "$@" 2>&1 | tr -d '\000' | head -c 65536)
    case $out in
        *CONNECTED*) echo "connect=ok" ;;
        *) echo "connect=$(errno_of "$out")"; echo "error=$(printf '%s\n' "$out" | head -n 1)"; return ;;
    esac
    case $out in
        *"wrong version number"*|*"packet length too long"*) echo "tls=plain-text" ;;
        *"verify error"*"verify failed"*|*"certificate verify failed"*) echo "tls=certificate-invalid" ;;
        *"Cipher is (NONE)"*) echo "tls=handshake-failed" ;;
        *"Cipher is "*) echo "tls=ok" ;;
        *) echo "tls=timed-out" ;;
    esac
    printf '%s\n' "$out" | grep -E 'verify error|:error:|alert' | head -n 1 | sed 's/^/tls_detail=/'
    printf '%s\n' "$out" | sed -n 's/^HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/status=\1\nreply=answered/p' | head -n 2
}
with_shell() {
    echo "tool=$1"
    [ -n "$request" ] || echo "reply=not-tried"
    # a built-in printf would write line by line, and a server may answer the first one and reset the rest
    if [ "$1" = bash ]; then
        out=$(limited run 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$address" "$port" 2>&1)
        code=$?
        [ $code = 124 ] && { echo "connect=ETIMEDOUT"; return; }
        [ $code = 0 ] || { echo "connect=$(errno_of "$out")"; printf '%s\n' "$out" | head -n 1 | sed 's/^/error=/'; return; }
        echo "connect=ok"
        [ -n "$request" ] || return
        out=$(limited run "$limit" bash -c 'exec 3<>"/dev/tcp/$1/$2" && env printf %s "$3" >&3 && head -c 512 <&3 | tr "\000" "."' - "$address" "$port" "$request" 2>&1)
    elif [ -n "$unix" ]; then
        out=$(printf '%s' "$request" | limited run "$limit" nc -U "$unix" 2>&1 | head -c 512 | tr '\000' '.')
    else
        verbose=
        nc -h 2>&1 | grep -q OpenBSD && verbose=-v
        out=$(printf '%s' "$request" | limited run "$limit" nc $verbose -w 3 "$address" "$port" 2>&1 | head -c 512 | tr '\000' '.')
        case $out in
            *" failed: "*|*"can't connect"*|*"nc: connect"*) echo "connect=$(errno_of "$out")"; printf '%s\n' "$out" | head -n 1 | sed 's/^/error=/'; return ;;
        esac
        echo "connect=ok"
        out=$(printf '%s\n' "$out" | grep -v '^Connection to .* succeeded!$')
    fi
    [ -n "$request" ] || return
    # shells can't tell a timeout from a close here: what answered is known, what did not is not
    case $out in
        HTTP/*) printf '%s\n' "$out" | sed -n '1s/^HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/status=\1/p'; echo "reply=answered" ;;
        *"onnection reset"*) echo "reply=reset" ;;
        '') echo "reply=unknown" ;;
        *) echo "reply=invalid"; printf '%s\n' "$out" | head -n 1 | sed 's/\\/\\\\/g; s/^/first=/' ;;
    esac
}
attempt() {
    request=
    case $proto in http|https) request=$(printf 'GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hopscope\r\nConnection: close\r\n\r\nx' "$path" "$host"); request=${request%x} ;; esac
    set -- "proto=$proto" "address=$address" "port=$port" "unix=$unix" "host=$host" "path=$path" "sni=$sni" "verify=$verify" "cafile=$cafile" "cert=$cert" "certkey=$certkey" "limit=$limit" "seat_user=$seat_user" "proxy_protocol=$proxy_protocol"
    case $proto in
        https) [ -z "$unix" ] && have curl && { with_curl; return; } ;;
        http) [ -z "$unix" ] && have curl && { plain_http_or_tls; return; } ;;
    esac
    # by standard input: what goes through sudo stands in its log, arguments and all
    if [ -n "$python" ] && printf '%s\n' "$py" | run "$python" -I -S - "$@"; then return; fi
    case $proto in
        https|tls|grpcs) have openssl && [ -z "$unix" ] && { with_openssl; return; } ;;
    esac
    if [ -n "$pl" ] && have perl; then printf '%s\n' "$pl" | run perl - "$@"; return; fi
    if [ -z "$unix" ] && have bash; then with_shell bash
    elif have nc; then with_shell nc
    else missing "curl, python3, perl, bash or nc"; fi
}
speaks_tls() {
    # plain HTTP got no HTTP back: would this port have spoken TLS? A handshake and nothing more
    have openssl || return
    literal=$address
    case $address in *:*) literal="[$address]" ;; esac
    found=$(limited run 3 openssl s_client -connect "$literal:$port" </dev/null 2>/dev/null | tr -d '\000' | grep -aE '^New, .*Cipher is [^(]' | head -n 1)
    [ -n "$found" ] && printf '@@ tls-probe\ntls=ok\ntls_detail=this port speaks TLS: %s\n' "$found"
}
seat() {
    # an attempt at one address, again where a refusal is odd
    try=1
    while :; do
        out=$(attempt)
        code=$?
        case $out in
            *connect=ECONNREFUSED*|*"failed: Connection refused"*) [ $try -lt "$tries" ] || break ;;
            *) break ;;
        esac
        try=$((try + 1))
        sleep 0.4 2>/dev/null || sleep 1
    done
    echo "try=$try"
    printf '%s\n' "$out"
    [ $code = 0 ] || exit $code
    [ -n "$key_hidden" ] && printf '@@ second-look\nkey-hidden=yes\n'
    [ "$proto" = http ] && [ -z "$unix" ] && case $out in
        *"< HTTP/"*) ;;
        *"hs-exit: 0"*|*"hs-exit: 1"*|*"hs-exit: 8"*|*"hs-exit: 5"[256]*|*reply=closed*|*reply=reset*|*reply=invalid*) speaks_tls ;;
    esac
    if [ -n "$look_twice" ] && [ -z "$unix" ] && [ -z "$key_hidden" ]; then
        seen=$(second_look)
        [ -n "$seen" ] && printf '@@ second-look\n%s\n' "$seen"
    fi
    return 0
}
echo "target=$target"
echo "wanted_user=$user"
case $HOPSCOPE_PRIV in root|sudo) seat_user=$user ;; *) seat_user=$HOPSCOPE_USER ;; esac
[ -n "$user" ] || seat_user=
addresses=
# The caller's own certificate: its key is mostly root's alone to read.
key_hidden=
if [ -n "$cert" ] && ! { [ -r "$cert" ] && [ -r "${certkey:-$cert}" ]; }; then
    if [ -z "$inside" ] && priv test -r "${certkey:-$cert}" 2>/dev/null; then run() { priv "$@"; }; else cert= key_hidden=yes; fi
fi
if [ -n "$unix" ]; then
    echo "@@ probe unix:$unix"
    seat
    exit 0
fi
case $name in
    *[!0-9.]*)
        case $name in
            *:*) addresses=$name ;;
            *) resolve ;;
        esac ;;
    *) addresses=$name ;;
esac
[ "$addresses" = "$name" ] && echo "resolve=not-needed"
for address in $addresses; do
    echo "@@ probe $address"
    seat
    # further addresses of the same name: enough to see whether they accept and answer
    [ "${limit%.*}" -gt 3 ] && limit=3
done
exit 0

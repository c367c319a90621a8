# After an attempt that failed: what would have made it go? A setting that differs between the two sides shows here, and
# whether the way carries pings and large packets. Sets nothing, asks what a caller asks; all of it within a few seconds.
handshake() {
    # true where TLS comes up; its transcript is in $hello
    hello=$(limited run 3 openssl s_client -connect "$literal:$port" "$@" </dev/null 2>/dev/null | tr -d '\000' | head -c 32768)
    printf '%s\n' "$hello" | grep -aq '^New, .*Cipher is [^(]'
}
declared_tls() {
    # the caller's own settings as words for openssl; set by the planner
    set --
    if [ -n "$tls_versions" ]; then
        for each in 1:tls1 1.1:tls1_1 1.2:tls1_2 1.3:tls1_3; do
            case " $tls_versions " in *" ${each%%:*} "*|*" ${each%%:*}.0 "*) ;; *) set -- "$@" "-no_${each#*:}" ;; esac
        done
    fi
    if [ -n "$sni" ]; then set -- "$@" -servername "$sni"; else set -- "$@" -noservername; fi
    handshake "$@"
}
own_certificate() {
    # what the caller shows of itself: has it run out?
    [ -n "$cert" ] && have openssl && run openssl x509 -in "$cert" -noout -dates >/dev/null 2>&1 \
        && ! run openssl x509 -in "$cert" -noout -checkend 0 >/dev/null 2>&1 && echo "works-with=client-certificate-in-date"
}
tls_look() {
    have openssl || return
    own_certificate && return
    declared_tls && agreed=yes || agreed=
    case $hello in
        *"Acceptable client certificate CA names"*|*"Client Certificate Types:"*|*"Requested Signature Algorithms:"*)
            [ -z "$cert" ] && { echo "works-with=client-certificate"; return; } ;;
    esac
    [ -z "$agreed" ] || return
    for each in "${host%%:*}" "$name"; do
        case $each in ''|*:*|"$sni"|localhost) continue ;; *[!0-9.]*) ;; *) continue ;; esac
        [ -z "$tls_versions" ] || break
        handshake -servername "$each" && { echo "works-with=server-name $each"; return; }
    done
    if [ -n "$tls_versions" ]; then
        if [ -n "$sni" ]; then handshake -servername "$sni" && { echo "works-with=tls-versions"; return; }
        else handshake -noservername && { echo "works-with=tls-versions"; return; }; fi
        for each in "${host%%:*}" "$name"; do
            case $each in ''|*:*|"$sni"|localhost) continue ;; *[!0-9.]*) ;; *) continue ;; esac
            handshake -servername "$each" && { echo "works-with=server-name $each"; return; }
        done
    fi
    if [ "$look_twice" = proxy ] && [ "$proxy_protocol" != yes ] && have curl; then
        case $(run curl -q -s -k -g --noproxy '*' --haproxy-protocol --connect-timeout 2 --max-time 3 -o /dev/null -A hopscope -H "Host: $host" \
            -w '%{http_code}' "https://$literal:$port$path" 2>/dev/null) in 000|'') ;; *) echo "works-with=proxy-header"; return ;; esac
    fi
    for each in tls1_2 tls1_1 tls1; do
        handshake "-$each" -cipher 'DEFAULT:@SECLEVEL=0' && { echo "works-with=tls-versions"; return; }
    done
}
certificate_look() {
    # without a server name curl would check the certificate for the address
    have openssl || return
    set -- -noservername -verify_return_error
    [ -n "$cafile" ] && set -- "$@" -CAfile "$cafile"
    [ -n "$verify_name" ] && set -- "$@" -verify_hostname "$verify_name"
    out=$(limited run 3 openssl s_client -connect "$literal:$port" "$@" </dev/null 2>&1 | tr -d '\000' | head -c 32768)
    bad=$(printf '%s\n' "$out" | grep -am1 '^verify error:')
    [ -n "$bad" ] && printf 'tls=certificate-invalid\ntls_detail=%s\n' "$bad"
}
plain_request() {
    # status of the same request, asked otherwise; nothing where no HTTP came back
    run curl -q -s -g --path-as-is --noproxy '*' --connect-timeout 2 --max-time 3 -o /dev/null -A hopscope -H "Host: $host" \
        "$@" -w '%{http_code} %{http_version}' "http://$literal:$port$path" 2>/dev/null
}
http_look() {
    have curl || return
    case $proto in
        http)
            if [ "$proxy_protocol" = yes ]; then
                case $(plain_request --http1.1) in 000*|400*|'') ;; *) echo "works-with=no-proxy-header"; return ;; esac
            elif [ "$look_twice" = proxy ]; then
                case $(plain_request --http1.1 --haproxy-protocol) in 000*|400*|'') ;; *) echo "works-with=proxy-header"; return ;; esac
            fi
            # only what sent something is asked once more: who closes without a word may be an app that dies of each request
            [ "$1" = spoke ] || return
            case $(plain_request --http2-prior-knowledge) in 000*|'') ;; *" 2"*) echo "works-with=http/2" ;; esac ;;
        *)
            case $(plain_request --http1.1) in 000*|'') ;; *" 1"*) echo "works-with=http/1.1" ;; esac ;;
    esac
}
ping_look() {
    have ping || return
    out=$(limited run 3 ping -n -c 1 -W 1 "$address" 2>&1)
    case $? in 0) small=yes ;; 1) small=no ;; *) return ;; esac
    case $1$small in
        connectyes|connectno) echo "answers-ping=$small" ;;
        answeryes)
            # 1500 bytes with their headers, not to be cut on the way; an interface that is smaller says so
            large=1472
            case $address in *:*) large=1452 ;; esac
            out=$(limited run 4 ping -n -c 2 -i 0.3 -W 1 -M do -s $large "$address" 2>&1)
            case $?$out in 0*) echo "carries-large=yes" ;; *mtu*|*"too long"*|*"rag needed"*|*"oo big"*) ;; 1*) echo "carries-large=no" ;; esac ;;
    esac
}
second_look() {
    literal=$address
    case $address in *:*) literal="[$address]" ;; esac
    code=
    case $out in *"< HTTP/"*|*"reply=answered"*) answered=yes ;; *) answered= ;; esac
    case $out in
        *"hs-exit: "*)
            code=${out##*hs-exit: }
            code=${code%%[!0-9]*} ;;
    esac
    case $proto in
        https|tls|grpcs)
            case $code:$out in
                35:*|55:*|56:*|*tls=handshake-failed*|*tls=closed*) tls_look ;;
                *"No required SSL certificate was sent"*) echo "works-with=client-certificate" ;;
                *"The SSL certificate error"*) own_certificate ;;
            esac
            [ "$verify" = yes ] && [ -z "$sni" ] && [ "$proto" = https ] && certificate_look ;;
        http)
            case $answered:$code:$out in
                :0:*|:1:*|:8:*|*reply=invalid*) http_look spoke ;;
                :52:*|:56:*|*reply=closed*|*reply=reset*) http_look ;;
                yes:*"< HTTP/1"*" 400"*) [ "$proxy_protocol" = yes ] && http_look ;;
            esac ;;
        fastcgi|uwsgi|ajp|grpc|http2)
            # who speaks another protocol may wait for the rest of a request that never comes
            case $out in *reply=closed*|*reply=reset*|*reply=invalid*|*reply=timed-out*) http_look ;; esac ;;
    esac
    case $address in 127.*|::1) return 0 ;; esac
    case $code:$out in
        *connect=ETIMEDOUT*) ping_look connect ;;
        28:*"onnected to "*|*reply=timed-out*|*tls=timed-out*|18:*) ping_look answer ;;
        28:*) ping_look connect ;;
    esac
    return 0
}

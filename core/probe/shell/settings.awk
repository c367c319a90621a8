# Reads environments, unit files and configuration files of many kinds, and prints LINE KEY=VALUE (or PID KEY=VALUE)
# for settings that say where an app connects or how it runs. A list of what may pass, not of what may not: whatever is
# not known to be an address, a port, a kind or a number stays on the host. No single quotes: it travels inside them.
function hostlist(s, n, i, part) {
    if (s == "" || length(s) > 400 || s !~ /^[][A-Za-z0-9_.,:-]+$/) return ""
    n = split(s, part, ",")
    for (i = 1; i <= n; i++)
        if (part[i] !~ /^[A-Za-z0-9_.-]+(:[0-9]+)?$/ && part[i] !~ /^\[[0-9A-Fa-f:.]+\](:[0-9]+)?$/ && part[i] !~ /^[0-9A-Fa-f]*:[0-9A-Fa-f:]+$/) return ""
    return s
}
function url(s, scheme, rest, i, q, head, query, had, before) {
    i = index(s, "://")
    scheme = tolower(substr(s, 1, i - 1)); rest = substr(s, i + 3)
    if (scheme !~ /^[a-z][a-z0-9+.:-]*$/) return ""
    q = index(rest, "?")
    head = q ? substr(rest, 1, q - 1) : rest
    query = q ? substr(rest, q + 1) : ""
    if (index(query, "@") && (query !~ /^[A-Za-z_.]+=/ || !index(head, "/"))) return scheme "://"
    if (scheme ~ /^https?$/ && index(head, "/") && index(head, "/") < index(head, "@")) {
        before = substr(head, 1, index(head, "/") - 1)
        if (index(before, ":")) return scheme "://"
        head = before
    }
    while ((i = index(head, "@")) > 0) { head = substr(head, i + 1); had = 1 }
    if (substr(head, 1, 1) == "/" && scheme ~ /unix|socket/ && head ~ /^[A-Za-z0-9_.\/-]+$/) return scheme "://" head
    sub(/[\/;#].*$/, "", head)
    if (match(query, /(^|&)(unix_socket|unix_sock|socket|socketPath)=(%2[Ff]|\/)[A-Za-z0-9_.\/%-]+/)) {
        head = substr(query, RSTART, RLENGTH)
        sub(/^[^=]*=/, "", head); gsub(/%2[Ff]/, "/", head)
        return head ~ /^[A-Za-z0-9_.\/-]+$/ ? scheme "://" head : scheme "://"
    }
    if (head == "" && match(query, /host=(%2[Ff]|\/)[A-Za-z0-9_.\/%-]+/)) {
        head = substr(query, RSTART + 5, RLENGTH - 5)
        gsub(/%2[Ff]/, "/", head)
        return head ~ /^[A-Za-z0-9_.\/-]+$/ ? scheme "://" head : scheme "://"
    }
    gsub(/%2[Ff]/, "/", head)
    if (substr(head, 1, 1) == "/") return head ~ /^[A-Za-z0-9_.\/-]+$/ ? scheme "://" head : scheme "://"
    if (head != "" && hostlist(head) == "") return scheme "://"
    return scheme "://" head
}
function urls(s, n, i, part, out, one, first) {
    n = split(s, part, /[, ]+/)
    first = part[1]
    for (i = 2; i <= n; i++) if (index(part[i], "://") == 0) return url(s)
    for (i = 1; i <= n && i <= 8; i++) { one = url(part[i]); if (one != "") out = out (out == "" ? "" : ",") one }
    return out
}
function dsnwords(s, n, i, part, k, v, out) {
    n = split(s, part, s ~ /;/ ? ";" : " ")
    for (i = 1; i <= n; i++) {
        k = tolower(trim(substr(part[i], 1, index(part[i], "=") - 1)))
        if (k ~ /^[a-z]+:/ && i == 1) { out = "kind=" substr(k, 1, index(k, ":") - 1); sub(/^[a-z]+:/, "", k) }
        v = unquoted(trim(substr(part[i], index(part[i], "=") + 1)))
        sub(/^tcp:/, "", v)
        if (k ~ /^(host|hostaddr|server|data source|address|addr|port|unix_socket|network address)$/ && v ~ /^[A-Za-z0-9_.,:\/-]+$/ && length(v) < 200)
            out = out (out == "" ? "" : " ") (k ~ /^(server|data source|address|addr|network address|hostaddr)$/ ? "host" : k) "=" v
    }
    return out
}
function goodsn(s, a) {
    if (match(s, /(^|@)(tcp|unix)\([^()]*\)/)) {
        a = substr(s, RSTART, RLENGTH); sub(/^@/, "", a)
        return a ~ /^(tcp|unix)\([][A-Za-z0-9_.,:\/-]+\)$/ ? a : ""
    }
    return ""
}
function options(s, n, i, part, out) {
    n = split(s, part, /[ \t]+/)
    for (i = 1; i <= n; i++)
        if (part[i] ~ /^-(Xm[sx]|Xss)[0-9]+[kKmMgG]?$/ || part[i] ~ /^-XX:[+-]?[A-Za-z]+(=[0-9.kKmMgG]+)?$/ || part[i] ~ /^--(max-old-space-size|workers|threads|timeout|bind|worker-class|keep-alive|graceful-timeout)=[A-Za-z0-9_.:\/-]+$/)
            out = out (out == "" ? "" : " ") part[i]
    return substr(out, 1, 300)
}
# What of a value may pass; empty: nothing.
function clean(k, v, l, last) {
    l = tolower(k)
    last = l; sub(/^.*[.]/, "", last)
    gsub(/[\001-\037\177]/, " ", v)
    v = trim(v)
    if (v == "" || length(v) > 2000) return ""
    if (last ~ /^(notify_socket|dbus_|ssh_|xdg_|gpg_|ls_colors|lesspipe|http_proxy|https_proxy|no_proxy|hopscope|sentry_|gitlab_ci|ci_)/) return ""
    if (last ~ /(pass|pwd|secret|token|credential|apikey|api_key|access_key|private|salt|signature|signing|cookie|licen[cs]e)/ && last !~ /(url|uri|dsn|host|hostname|endpoint|address|addr|servers?|port)$/) return ""
    if (last ~ /(java|jvm|jdk|catalina|gradle|node|maven|jre)_?(tool_)?(java_)?(opts|options)$/ || last ~ /_(cmd_args|opts)$/) return options(v)
    if (v ~ /:\/\//) return last ~ /(url|urls|uri|uris|dsn|host|hosts|endpoints?|addr|address|addresses|servers?|brokers?|nodes?|connection|connectionstring|connection_string|conn|database|db|redis|broker|backend|result_backend|cache|store|location|jdbc|bind|listen|socket|base|api|service|upstream|target|cluster|elastic|elasticsearch|opensearch|mongo|mongodb|postgres|postgresql|mysql|mariadb|amqp|rabbitmq|kafka|memcached|primary|replica|default|master)$/ || l ~ /connectionstrings/ ? urls(v) : ""
    if (v ~ /(^|@)(tcp|unix)\(/) return goodsn(v)
    if (last ~ /redis/ && v ~ /^[A-Za-z0-9_.-]+:[0-9]+(,|$)/) { sub(/,.*$/, "", v); return v }
    if (tolower(v) ~ /(^|[ ;:])(host|hostaddr|server|data source|addr|address|unix_socket|network address)[ ]*=/) return dsnwords(v)
    if (last ~ /(host|hosts|hostname|hostnames|hostaddr|addr|addrs|address|addresses|server|servers|endpoint|endpoints|broker|brokers|nodes|seeds|contact_points|unix_?socket|sock|[_.]socket|socket_?(path|file)|sock_?(path|file)|dbhost|location|discovery_type_host)$/) {
        gsub(/, +/, ",", v)
        if (hostlist(v) != "") return v
        return v ~ /^([A-Za-z0-9_.-]+:)?\/[A-Za-z0-9_.\/-]+$/ && length(v) < 200 ? v : ""
    }
    if (last ~ /port$/) return v ~ /^[0-9]+$/ && length(v) < 6 ? v : ""
    if (last ~ /(adapter|engine|driver|connection|dialect|db_type|database_type|_store|backend)$|^type$/) return v ~ /^[A-Za-z0-9._+:\\-]+$/ && length(v) < 80 ? v : ""
    if (last ~ /^(web_concurrency|rails_max_threads|rails_min_threads|rails_env|rack_env|node_env|app_env|django_settings_module|flask_env|workers|worker_processes|worker_class|worker_connections|worker_timeout|threads|min_threads|max_threads|maxthreads|timeout|graceful_timeout|keepalive|keep_alive|backlog|max_requests|processes|harakiri|http|http-socket|uwsgi-socket|socket|bind|listen|master|cheaper|instances|uv_threadpool_size|gomaxprocs|gomemlimit|spring_profiles_active|active|pool|pool_size|pool-size|db_pool|db_pool_size|database_pool_size|connection_limit|maximum-pool-size|maximumpoolsize|max_overflow|pool_timeout|connection-timeout|connect_timeout|max-threads|max-connections|accept-count|accesslog|errorlog|logfile|log_file|logto|daemonize|log-file|name|file|chdir|listen_fds|application_env|aspnetcore_urls|hypercorn_bind|db_connection|database_driver)$/) {
        if (last ~ /^(name|file)$/ && l !~ /logging[.]file/) return ""
        if (last == "active" && l !~ /profiles/) return ""
        gsub(/, +/, ",", v)
        return v ~ /^[A-Za-z0-9_.,:\/+%@-]+$/ && length(v) < 160 && v !~ /@/ ? v : ""
    }
    return ""
}
# With -v strict=1 (files that are programs: gunicorn.conf.py, puma.rb): what is no plain word at the outermost level may come
# out otherwise when the program runs; its key says so.
function literal(v) {
    sub(/[ \t]+#.*$/, "", v)
    return indent == 0 && trim(v) ~ /^("[^"#$\\]*"|\047[^\047#$\\]*\047|:[a-z_]+|[0-9]+([ \t]*,[ \t]*[0-9]+)?)$/
}
function put(where, k, v, out) {
    out = clean(k, v)
    if (strict && out == "" && k ~ /^(workers|threads|timeout|worker_class|worker_timeout)$/) out = "-"
    if (out == "" || count > 2500) return
    if (strict && !literal(raw)) k = "computed." k
    count++
    gsub(/[ \t]+/, "_", k)
    said = k "=" out
    print where " " said
}
# A value as such languages write it: quoted, a call with a default, a placeholder with a default, or a bare word.
function value(v, q) {
    v = trim(v)
    while (match(v, /[$][{][A-Za-z0-9_.]+:-?[^{}]*[}]/)) {
        q = substr(v, RSTART, RLENGTH)
        sub(/^[$][{][A-Za-z0-9_.]+:-?/, "", q); sub(/[}]$/, "", q)
        v = substr(v, 1, RSTART - 1) q substr(v, RSTART + RLENGTH)
    }
    if (v ~ /^["\047]/) {
        q = unquoted(v)
        return q ~ /^<%|[$][{]/ ? fallback(q) : q
    }
    if (v ~ /env|ENV|config\(|<%/) return fallback(v)
    if (v ~ /:\/\//) { sub(/[ \t].*$/, "", v); sub(/[,;]+$/, "", v); return v }
    if (v ~ /^[A-Za-z ]+=[^ ;]+[; ]/) return v
    sub(/[ \t]+[#;].*$/, "", v)
    sub(/[ \t,;)}]+$/, "", v)
    return v
}
function fallback(v, last, q) {
    last = ""
    while (match(v, /"[^"]*"|\047[^\047]*\047/)) {
        q = substr(v, 1, RSTART - 1)
        if (q !~ /(env|ENV|get|getenv|fetch|config)[ ]*[(\[][ ]*$/) last = substr(v, RSTART + 1, RLENGTH - 2)
        v = substr(v, RSTART + RLENGTH)
    }
    if (last == "" && match(v, /[{,][ ]*[0-9]+/)) { last = substr(v, RSTART, RLENGTH); gsub(/[^0-9]/, "", last) }
    return last
}
function prefix(i, s) {
    s = section
    for (i = 1; i <= top; i++) s = s (s == "" ? "" : ".") names[i]
    return s == "" ? "" : s "."
}
function pair(before, t, k, v, n, part, i) {
    if (t ~ /^[a-z][a-z0-9+]*:\/\//) { put(at, before "url", t); return }
    if (!match(t, /^[$]?[A-Za-z_"\047][][A-Za-z0-9_.$"\047-]*[ \t]*(=>|:=|=|:)/)) return
    k = substr(t, 1, RLENGTH)
    v = trim(substr(t, RLENGTH + 1))
    sub(/[ \t]*(=>|:=|=|:)$/, "", k)
    gsub(/[$"\047]/, "", k); gsub(/\]?\[/, ".", k); gsub(/\]/, "", k)
    raw = v
    if (v ~ /^[[{(]|^array[ ]*\(|^new[ ]/ || v == "" || v == "|" || v ~ /^(&|\*)/) {
        if (v ~ /^[[{(].*[]})]/ && v !~ /^\[[0-9a-fA-F:]+\]/) {
            whole = v ~ /^\[([ \t]*("[^"#$\\]*"|\047[^\047#$\\]*\047)[ \t]*,?)+\]$/
            n = split(substr(v, 2), part, /[{},]/)
            for (i = 1; i <= n; i++) {
                part[i] = trim(part[i])
                if (whole) { raw = part[i]; sub(/[ \t]*\]$/, "", raw) } # each of a list of plain words is one itself
                if (!whole && part[i] ~ /^["\047]?[A-Za-z_][A-Za-z0-9_-]*["\047]?[ ]*(:|=>|=)/ && part[i] !~ /^[a-z]+:\/\//) pair(before k ".", part[i])
                else if (part[i] != "") put(at, before k, unquoted(part[i]))
            }
            return
        }
        top++; names[top] = k; indents[top] = indent
        return
    }
    put(at, before k, value(v))
}
function inUnit() {
    t = trim($0)
    if (t !~ /^Environment=/) return
    sub(/^Environment=/, "", t)
    while (t != "") {
        t = trim(t)
        q = substr(t, 1, 1)
        if (q == "\"" || q == "\047") { t = substr(t, 2); i = index(t, q) } else { q = ""; i = index(t, " ") }
        one = i ? substr(t, 1, i - 1) : t
        t = i ? substr(t, i + 1) : ""
        i = index(one, "=")
        if (i > 1) put(at, substr(one, 1, i - 1), unquoted(substr(one, i + 1)))
    }
}
function inFile() {
    if (at == 1) sub(/^\357\273\277/, "")
    sub(/\r$/, "")
    t = $0
    if (length(t) > 2000) return
    match(t, /^[ \t]*/); indent = RLENGTH
    t = trim(t)
    if (t == "" || t ~ /^(#|\/\/|\/?\*|;|--|<!--|<\?|\?>)/) return
    if (t ~ /^\[[A-Za-z0-9_.:" -]+\]$/) { section = t; gsub(/[][" ]/, "", section); top = 0; return }
    sub(/^- +/, "", t)
    sub(/^(export|const|let|var|public|private|protected|static|final) +/, "", t)
    while (top > 0 && indents[top] >= indent) top--
    if (t ~ /^define *\(/) {
        sub(/^define *\( */, "", t)
        k = unquoted(t)
        if (k ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && index(t, ",")) put(at, k, value(substr(t, index(t, ",") + 1)))
        return
    }
    if (t ~ /^(workers|threads|port|bind|worker_timeout|worker_processes|timeout|listen|environment)[ (]/ && t !~ /^[a-z_]+ *[=:]/) {
        k = t; sub(/[ (].*$/, "", k)
        sub(/^[a-z_]+[ (]+/, "", t)
        raw = t
        put(at, prefix() k, value(t))
        return
    }
    pair(prefix(), t)
}
function inXml() {
    text = text " " $0
    while (match(text, /<!--([^-]|-[^-])*-->/)) text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
    while (match(text, /<(Connector|Resource|Host|Executor)[ \t][^>]*>/)) {
        tag = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
        name = tag; sub(/^</, "", name); sub(/[ \t].*$/, "", name)
        out = ""
        while (match(tag, /[A-Za-z]+="[^"]*"/)) {
            a = substr(tag, RSTART, RLENGTH); tag = substr(tag, RSTART + RLENGTH)
            k = a; sub(/=.*$/, "", k)
            v = a; sub(/^[^=]*="/, "", v); sub(/"$/, "", v)
            if (k ~ /^(port|protocol|address|connectionTimeout|maxThreads|acceptCount|maxConnections|SSLEnabled|scheme|secretRequired|keepAliveTimeout|asyncTimeout|appBase)$/ && v ~ /^[A-Za-z0-9_.:\/-]+$/) out = out (out == "" ? "" : ",") k ":" v
            if (k ~ /^(url|jdbcUrl|host)$/) put(at, name "." k, v)
        }
        if (out != "" && count++ < 2500) print at " " name "=" out
    }
    if (length(text) > 20000) text = substr(text, length(text) - 4000)
}
# The same variable stands in the environments of many processes: what it came to is remembered.
mode == "env" {
    if ($0 ~ /^\/proc\/[0-9]+\/environ:/) { split($0, part, "/"); pid = part[3]; sub(/^[^:]*:/, "") }
    if ($0 in known) { if (known[$0] != "" && count++ <= 2500) print pid " " known[$0]; next }
    i = index($0, "=")
    if (i < 2) next
    k = substr($0, 1, i - 1)
    said = ""
    if (k ~ /^[A-Za-z_][A-Za-z0-9_.]*$/ && k != "HOPSCOPE_CHECK") put(pid, k, substr($0, i + 1))
    known[$0] = said
    next
}
mode == "file" { at = FNR; inFile(); next }
mode == "xml" { at = FNR; inXml(); next }
# Else a list: the files that are not too large, "@@", then "KIND STRICT TITLE<tab>FILE" for each that is to be read.
$0 == "@@" && !isList { isList = 1; next }
!isList { small[$0] = 1; next }
{
    i = index($0, "\t")
    path = substr($0, i + 1)
    if (!(path in small)) next
    title = substr($0, 1, i - 1)
    split(title, part, " ")
    kind = part[1]; strict = part[2] == "1"
    sub(/^[^ ]* [^ ]* /, "", title)
    print "@@ " title
    section = text = ""; top = at = count = size = 0
    while ((getline < path) > 0 && (size += length($0) + 1) <= 131072) {
        at++
        if (kind == "unit") inUnit(); else if (kind == "xml") inXml(); else inFile()
    }
    close(path)
}

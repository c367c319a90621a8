# Where settings may stand: "dir FOLDER" of working folders and document roots, "args PID FILE" of files that command lines
# name, those of units that do not run too. No single quotes: it travels inside them.
function dir(folder) {
    sub(/\/+$/, "", folder)
    if (folder !~ /^\// || folder ~ /[$*?]/ || folder in seen) return
    seen[folder] = 1
    if (folder ~ /^\/(root|home|var|usr|etc|tmp|srv|opt|run|proc|sys|dev|bin|lib|var\/(lib|www|tmp|log|run|spool|cache)|usr\/(local|share|lib|sbin|bin)|home\/[^\/]+)$/) return
    if (folder ~ /^\/(proc|sys|dev|run\/systemd|run\/user|usr\/share\/nginx|usr\/lib\/systemd|usr\/lib\/policykit|var\/lib\/(mysql|postgresql|redis|rabbitmq|mongodb))(\/|$)/) return
    print "dir " folder
}
# The configuration files that a command line names; of a relative one the folder is cwd[key].
function named(key, pid, n, word, i, w, said) {
    for (i = 2; i <= n; i++) {
        w = word[i]
        said = w ~ /^(--?[A-Za-z-]+|-D[a-z.]+)=/ ? 1 : word[i - 1] ~ /^(-c|-C|--config|--ini|--env-file|--yaml|--xml|--json|--conf|--settings|-config)$/
        if (w ~ /=/) sub(/^[^=]*=/, "", w)
        sub(/^(file|python|optional):(\/\/)?/, "", w)
        if (w !~ /[.](ini|py|rb|yml|yaml|properties|toml|env|json|conf|cfg)$|\/[.]env[a-z.]*$|^[.]env/ || (!said && w !~ /^\/.*[.](ini|properties|yml|yaml|toml|env)$/)) continue
        if (w !~ /^\//) { if (cwd[key] == "" ) continue; w = (cwd[key] == "/" ? "" : cwd[key]) "/" w }
        if (!(w in seen)) { seen[w] = 1; print "args " pid " " w }
    }
}
{
    if ($0 ~ /^\/proc\/[0-9]+\/cwd -> /) {
        split($0, part, "/"); folder = $0; sub(/^[^>]*> /, "", folder)
        cwd[part[3]] = folder
        dir(folder)
        next
    }
    if ($0 ~ /^\/proc\/[0-9]+\/cmdline:/) {
        split($0, part, "/"); pid = part[3]; sub(/^[^:]*:/, "")
        n = split($0, word, " ")
        named(pid, pid, n, word)
        for (i = 2; i <= n; i++)
            if (word[i] ~ /^-Dcatalina[.](base|home)=\//) { w = word[i]; sub(/^[^=]*=/, "", w); dir(w) }
        next
    }
    if ($0 ~ /^\/[^:]*[.](service|conf):(WorkingDirectory|ExecStart)=/) {
        unit = substr($0, 1, index($0, ":") - 1); line = substr($0, length(unit) + 2)
        sub(/[.]d\/[^\/]*[.]conf$/, "", unit)
        if (line ~ /^WorkingDirectory=/) {
            sub(/^[^=]*=-?/, "", line)
            line = unquoted(trim(line))
            if (line != "/") sub(/\/+$/, "", line)
            cwd[unit] = line
            dir(line)
        } else {
            n = split(substr(line, 11), word, " ")
            named(unit, 0, n, word)
        }
        next
    }
    folder = trim($0)
    sub(/^(root|DocumentRoot)[ \t]+/, "", folder)
    sub(/[ \t]*;.*$/, "", folder)
    folder = unquoted(folder)
    dir(folder)
    sub(/\/[^\/]*\/?$/, "", folder)
    dir(folder)
}

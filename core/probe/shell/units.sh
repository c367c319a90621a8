# Every service and socket that runs, has failed or has a unit file that somebody can start; not the system's own, unless
# it has failed. To show a unit costs the manager a millisecond, and three where it must load it first (list-unit-files
# takes half a second), so they are chosen by name, and what a package brought and nobody enabled, changed or loaded is read
# off its file. What is empty or zero is left out.
found=no
properties=Id,Description,LoadState,ActiveState,SubState,Result,UnitFileState,NRestarts,MainPID,ExecMainCode,ExecMainStatus,Restart,User,WorkingDirectory,ExecStart,FragmentPath,DropInPaths,Listen,TriggeredBy,NeedDaemonReload,After,ActiveEnterTimestamp,InactiveEnterTimestamp,ExecMainExitTimestamp,MemoryCurrent,MemoryMax,RestrictAddressFamilies,PrivateNetwork,PrivateTmp,ProtectSystem,ProtectHome,IPAddressDeny,NoExecPaths,InaccessiblePaths,ReadOnlyPaths,MemoryDenyWriteExecute,LimitNOFILE,TasksMax,SystemCallFilter
if [ -d /run/systemd/system ] && have systemctl; then
    found=yes
    units=$({
        for file in /etc/systemd/system/*.service /etc/systemd/system/*.socket /run/systemd/system/*.service /run/systemd/generator*/*.service /usr/local/lib/systemd/system/*.service; do
            [ -e "$file" ] && echo "${file##*/} own"
        done
        for file in /etc/systemd/system/*.wants/* /etc/systemd/system/*.requires/* /etc/systemd/system/*.d /run/systemd/system/*.d /etc/systemd/system.control/*.d; do
            file=${file##*/} file=${file%.d}
            # of a template what is enabled is an instance, which no file of its own tells
            case $file in *@?*.service|*@?*.socket) echo "$file own" ;; *) echo "$file changed" ;; esac
        done
        systemctl list-units --all --full --plain --no-legend --no-pager --type=service,socket 2>/dev/null | sed 's/^[^A-Za-z0-9]*//'
        for file in $(grep -lsE '^\[Install\]' /lib/systemd/system/*.service /lib/systemd/system/*.socket); do
            # another name of one that is listed by its own
            [ -L "$file" ] || echo "${file##*/} packaged $file"
        done
    } | awk '
        function show(name) { if (!seen[name]++) print "show " name }
        $1 ~ /@[.]/ { next }
        $3 == "failed" { show($1); next }
        $2 == "not-found" || $1 ~ /^(systemd-|dbus-org|user-runtime-dir|user@|modprobe@|getty|autovt|console-getty|debug-shell|container-getty|cryptdisks|hwclock|x11-common|rc[.]|rcS[.]|e2scrub|sudo[.])/ { next }
        $2 == "changed" { changed[$1] = 1; next }
        $2 == "packaged" { if (changed[$1]) show($1); else if (!seen[$1]++) print "read " $3; next }
        $2 == "own" || $3 != "inactive" || $1 ~ /@/ {
            show($1)
            # what a socket starts has nothing else that could start it
            if ($3 == "active" && sub(/[.]socket$/, ".service", $1)) show($1)
            next
        }
        { changed[$1] = 1 }' | sort | head -n 600)
    names= files= how=
    for word in $units; do
        case $how in
            show) names="$names $word" how= ;;
            read) files="$files $word" how= ;;
            *) how=$word ;;
        esac
    done
    # shellcheck disable=SC2086
    [ -z "$names" ] || TZ=UTC systemctl show --no-pager -p $properties $names |
        awk '
            function tell() {
                if (id != "" && !seen[id]++ && !(isMissing && isIdle)) printf "%s\n", text
                id = text = ""; isMissing = isIdle = 0
            }
            $0 == "" { tell(); next }
            /=(\[not set\]|infinity|n\/a)?$|^(NRestarts|MainPID|ExecMainCode|ExecMainStatus)=0$|^NeedDaemonReload=no$/ { next }
            /^Id=/ { id = substr($0, 4) }
            /^LoadState=not-found/ { isMissing = 1 }
            /^ActiveState=inactive/ { isIdle = 1 }
            # what keeps the program from things, where it does
            /^(Private|Protect|MemoryDeny)[A-Za-z]*=no$/ || /^(LimitNOFILE=.....*|TasksMax=...+)$/ { next }
            /^SystemCallFilter=/ { $0 = "SystemCallFilter=set" }
            /^After=/ {
                # the services that are no part of the system itself
                n = split(substr($0, 7), word, " "); out = ""
                for (i = 1; i <= n; i++) if (word[i] ~ /[.]service$/ && word[i] !~ /^(systemd-|dbus|networking|ifupdown|cloud-)/) out = out " " word[i]
                if (out == "") next
                $0 = "After=" substr(out, 2)
            }
            { text = text $0 "\n" }
            END { tell() }'
    # shellcheck disable=SC2086
    [ -z "$files" ] || awk '
        function tell() {
            if (id == "") return
            print "Id=" id "\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\nUnitFileState=disabled\nFragmentPath=" path
            for (key in value) print key "=" value[key]
            print ""
        }
        FNR == 1 { tell(); path = id = FILENAME; sub(/.*\//, "", id); split("", value); section = line = "" }
        { line = line $0 }
        sub(/\\$/, " ", line) { next }
        {
            $0 = line; line = ""
            if (/^\[/) section = $0
            at = index($0, "=")
            if (at == 0 || /^[#;]/) next
            key = substr($0, 1, at - 1); text = substr($0, at + 1)
            gsub(/^[ \t]+|[ \t]+$/, "", key); gsub(/^[ \t]+|[ \t]+$/, "", text)
            if (text == "") delete value[key]
            else if (section == "[Unit]" && key == "Description" || section == "[Service]" && key ~ /^(User|WorkingDirectory|Restart)$/) value[key] = text
            else if (section == "[Service]" && key == "ExecStart") {
                sub(/^[-@:+!]+/, "", text)
                program = text; sub(/[ \t].*/, "", program)
                value[key] = "{ path=" program " ; argv[]=" text " ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"
            } else if (section == "[Socket]" && key ~ /^Listen(Stream|Datagram|SequentialPacket)$/) value["Listen"] = text " (" substr(key, 7) ")"
        }
        END { tell() }' $files 2>/dev/null
elif have rc-status; then
    found=yes
    echo "@@ openrc"
    rc-status --all 2>/dev/null | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'
fi
owner_runs() {
    owner=$1
    shift
    (as "$owner" "$@")
}
# Users' own managers (systemctl --user), where somebody has written units for them.
for runtime in /run/user/*; do
    [ -d "$runtime" ] || break
    priv sh -c '
        for runtime in /run/user/*; do
            [ -S "$runtime/systemd/private" ] || continue
            home=$(getent passwd "${runtime##*/}") home=${home%:*} names= count=0
            for file in "${home##*:}"/.config/systemd/user/*.service "${home##*:}"/.config/systemd/user/*.socket /etc/systemd/user/*.service /etc/systemd/user/*.socket; do
                case ${file##*/} in *@.*|*" "*) continue ;; esac
                [ -f "$file" ] && [ $count -lt 60 ] && names="$names ${file##*/}" count=$((count + 1))
            done
            [ -z "$names" ] || echo "${runtime##*/}$names"
        done' 2>/dev/null | while read -r user names; do
        owner=$(id -un "$user" 2>/dev/null) || continue
        echo "@@ user-systemd $owner"
        # shellcheck disable=SC2086
        owner_runs "$owner" env XDG_RUNTIME_DIR="/run/user/$user" TZ=UTC systemctl --user show --no-pager -p "$properties" $names 2>/dev/null |
            grep -vE '=(\[not set\]|infinity|n/a)?$|^(NRestarts|MainPID|ExecMainCode|ExecMainStatus)=0$|^NeedDaemonReload=no$|^After='
    done
    break
done
# supervisord: its programs by its own client, their settings from its files (less their environments, which hold
# secrets), its newest words, and the files that programs without a log of their own write to.
if have supervisorctl; then
    conf= runs=no
    for path in $(grep -sal supervisord /proc/[0-9]*/cmdline); do
        case $(cat "${path%cmdline}comm" 2>/dev/null) in supervisord|python*) runs=yes ;; *) continue ;; esac
        conf=$(tr '\000' '\n' <"$path" 2>/dev/null | awk 'before == "-c" || before == "--configuration" {print; exit} {before = $0}')
        [ -n "$conf" ] && break
    done
    for file in "$conf" /etc/supervisor/supervisord.conf /etc/supervisord.conf /usr/local/etc/supervisord.conf; do
        [ -n "$file" ] && [ -e "$file" ] && break
        file=
    done
    if [ -n "$file" ]; then
        found=yes
        echo "@@ supervisor"
        date +now=%s
        date +zone=%z
        # its client takes a third of a second to say that nobody answers
        [ $runs = no ] || priv supervisorctl -c "$file" status 2>&1
        main=$(priv cat "$file" 2>/dev/null)
        echo "@@ supervisor config"
        for each in $(printf '%s\n' "$main" | awk '/^\[/ {on = /^\[include\]/} on && /^files[ \t]*=/ {sub(/^[^=]*=/, ""); print}'); do
            case $each in /*) ;; *) each=${file%/*}/$each ;; esac
            for part in $each; do
                [ -e "$part" ] || continue
                echo "; file $part"
                priv cat "$part" 2>/dev/null | awk '/^[ \t]*(environment|password|username)[ \t]*=/ {skip = 1; next} /^[^ \t]/ {skip = 0} !skip' | head -c 40000
                echo
            done
        done
        echo "; file $file"
        printf '%s\n' "$main" | awk '/^[ \t]*(environment|password|username)[ \t]*=/ {skip = 1; next} /^[^ \t]/ {skip = 0} !skip' | head -c 40000
        log=$(printf '%s\n' "$main" | sed -n 's/^logfile[[:space:]]*=[[:space:]]*\([^ ;]*\).*/\1/p' | head -n 1)
        echo "@@ supervisor log ${log:=/var/log/supervisor/supervisord.log}"
        priv tail -n 120 -- "$log" 2>/dev/null
        folder=$(printf '%s\n' "$main" | sed -n 's/^childlogdir[[:space:]]*=[[:space:]]*\([^ ;]*\).*/\1/p' | head -n 1)
        echo "@@ supervisor files ${folder:=/tmp}"
        priv ls -1 -- "$folder" 2>/dev/null | grep -- '-std\(out\|err\)---' | head -n 100
    fi
fi
# pm2: asked as its owner, and only where its daemon runs, since it would start one. Its answer holds whole environments:
# only what is named here leaves the host. Where no daemon runs, what one had saved is shown as down.
pick='let s = ""; process.stdin.on("data", d => s += d).on("end", () => { const at = s.search(/\[\s*[{\]]/); for (const p of JSON.parse(s.slice(at))) { const e = p.pm2_env || p; console.log(JSON.stringify({ name: p.name, pid: p.pid || 0, id: p.pm_id, mode: e.exec_mode, status: p.pm2_env ? e.status : "down", restarts: e.restart_time, unstable: e.unstable_restarts, exit: e.exit_code, uptime: e.pm_uptime, script: e.pm_exec_path, args: e.args, cwd: e.pm_cwd, out: e.pm_out_log_path, err: e.pm_err_log_path })) } })'
homes=
for path in $(grep -sal '^PM2 ' /proc/[0-9]*/cmdline); do
    pid=${path#/proc/} pid=${pid%/cmdline}
    home=$(tr '\000' ' ' <"$path" 2>/dev/null | sed -n 's/^PM2 .*God Daemon (\(.*\)).*/\1/p')
    owner=$(stat -c %U "/proc/$pid" 2>/dev/null)
    [ -n "$home" ] && [ -n "$owner" ] || continue
    homes="$homes $home "
    found=yes
    paths=$(priv cat "/proc/$pid/environ" 2>/dev/null | tr '\000' '\n' | sed -n 's/^PATH=//p' | head -n 1)
    echo "@@ pm2 $owner $home"
    date +now=%s
    owner_runs "$owner" sh -c 'PATH=$1:$PATH PM2_HOME=$2; export PATH PM2_HOME; cd "$2" && pm2 jlist 2>/dev/null | node -e "$3"' sh "${paths:-/usr/local/bin:/usr/bin:/bin}" "$home" "$pick" 2>&1 | head -c 60000
done
for dump in /root/.pm2/dump.pm2 /home/*/.pm2/dump.pm2; do
    home=${dump%/dump.pm2}
    case $homes in *" $home "*) continue ;; esac
    priv test -f "$dump" 2>/dev/null && have node || continue
    found=yes
    echo "@@ pm2 $(priv stat -c %U "$dump" 2>/dev/null) $home"
    priv cat "$dump" 2>/dev/null | node -e "$pick" 2>/dev/null | head -c 60000
done
[ $found = yes ] || missing systemctl
exit 0

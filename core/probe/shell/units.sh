# Every service and socket that is loaded, and every one that has a unit file of its own or one that can be enabled
# (found by name: list-unit-files takes half a second). Idle units of the system are left out again, and so is what is
# empty or zero: the whole would be some hundred KB.
if [ -d /run/systemd/system ] && have systemctl; then
    names=$({
        for file in /etc/systemd/system/*.service /etc/systemd/system/*.socket /run/systemd/system/*.service /usr/local/lib/systemd/system/*.service; do
            [ -e "$file" ] && echo "$file"
        done
        grep -lsE '^\[Install\]' /lib/systemd/system/*.service /lib/systemd/system/*.socket
    } | sed 's/.*\///' | grep -vE '@\.|^(systemd-|dbus-org|cryptdisks|hwclock|x11-common|rc\.|rcS\.|getty|console-getty|debug-shell|e2scrub|sudo\.)' | sort -u | head -n 400)
    # shellcheck disable=SC2086
    TZ=UTC systemctl show --no-pager -p Id,Description,LoadState,ActiveState,SubState,Result,UnitFileState,NRestarts,MainPID,ExecMainCode,ExecMainStatus,Restart,User,WorkingDirectory,ExecStart,FragmentPath,DropInPaths,Listen,TriggeredBy,NeedDaemonReload,ActiveEnterTimestamp,InactiveEnterTimestamp,ExecMainExitTimestamp,MemoryCurrent,MemoryMax '*.service' '*.socket' $names |
        grep -vE '=(\[not set\]|infinity|n/a)?$|^(NRestarts|MainPID|ExecMainCode|ExecMainStatus)=0$|^NeedDaemonReload=no$' |
        awk 'BEGIN {RS = ""; ORS = "\n\n"}
            {
                id = $0; sub(/^(.*\n)?Id=/, "", id); sub(/\n.*/, "", id)
                if (seen[id]++) next
                idle = /(^|\n)ActiveState=inactive/ && !/(^|\n)(InactiveEnterTimestamp|ExecMainExitTimestamp)=/
                ours = /(^|\n)FragmentPath=\/(etc|run|usr\/local|home|opt|srv)\// || /(^|\n)UnitFileState=(enabled|disabled|masked|enabled-runtime|masked-runtime)(\n|$)/
                if (id ~ /^(systemd-|dbus-org|user-runtime-dir|user@|modprobe@|getty|autovt|console-getty|debug-shell|container-getty|cryptdisks|hwclock|x11-common|rc\.|rcS\.|e2scrub|sudo\.)/) { ours = 0; if (!/(^|\n)ActiveState=failed/) next }
                if (!idle || ours) print
            }'
elif have rc-status; then
    echo "@@ openrc"
    rc-status --all 2>/dev/null | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'
elif have supervisorctl && [ -S /var/run/supervisor.sock ]; then
    echo "@@ supervisor"
    priv supervisorctl status
else
    missing systemctl
fi
exit 0

# Every service and socket that is loaded, and every one that has a unit file. Idle system units are left out again,
# and so are empty properties: the whole would be some hundred KB.
if [ -d /run/systemd/system ] && have systemctl; then
    files=$(systemctl list-unit-files --type=service,socket --no-legend --no-pager --plain 2>/dev/null |
        awk '$1 !~ /@\./ && $2 != "alias" && $2 != "static" {print $1}' | head -n 400)
    # shellcheck disable=SC2086
    TZ=UTC systemctl show --no-pager -p Id,Names,Description,LoadState,ActiveState,SubState,Result,UnitFileState,NRestarts,MainPID,ExecMainCode,ExecMainStatus,Restart,User,WorkingDirectory,ExecStart,FragmentPath,DropInPaths,Listen,TriggeredBy,NeedDaemonReload,ActiveEnterTimestamp,InactiveEnterTimestamp,ExecMainExitTimestamp,MemoryCurrent,MemoryMax '*.service' '*.socket' $files |
        grep -vE '=(\[not set\]|infinity|n/a)?$' |
        awk 'BEGIN {RS = ""; ORS = "\n\n"}
            {
                idle = /(^|\n)ActiveState=inactive/ && !/(^|\n)InactiveEnterTimestamp=/
                ours = /(^|\n)FragmentPath=\/(etc|run|usr\/local|home|opt|srv)\// || /(^|\n)UnitFileState=(enabled|disabled|masked|enabled-runtime)(\n|$)/
                if (/(^|\n)Id=(systemd-|dbus-org|user-runtime-dir|modprobe@|getty|autovt|console-getty|debug-shell|container-getty)/) ours = 0
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

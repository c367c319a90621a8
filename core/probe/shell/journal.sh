# Warnings and worse of everything, then what the service manager and sudo did. Times are Unix seconds.
if have journalctl && { [ -d /run/log/journal ] || [ -d /var/log/journal ]; }; then
    echo "@@ warnings"
    priv journalctl --no-pager -o short-unix -n 200 -p warning
    echo "@@ actions"
    priv journalctl --no-pager -q -o short-unix -n 300 _PID=1 + SYSLOG_IDENTIFIER=sudo + SYSLOG_IDENTIFIER=su
    # An engine writes its errors with the priority of its chatter.
    if have docker || have dockerd; then
        echo "@@ engine"
        priv journalctl --no-pager -q -o short-unix --since -2h -n 500 _SYSTEMD_UNIT=docker.service | grep -E '/images/create|after error: ' | tail -n 20
    fi
elif [ -e /var/log/syslog ] || [ -e /var/log/messages ]; then
    for file in /var/log/syslog /var/log/messages; do
        [ -e "$file" ] || continue
        echo "@@ file $file"
        priv tail -n 400 "$file" || denied "cannot read $file"
    done
else
    missing journalctl
fi

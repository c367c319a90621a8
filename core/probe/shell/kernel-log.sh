# Only lines that can explain an outage; the stamps of dmesg are seconds since boot.
keep='oom|out of memory|killed process|segfault|general protection|traps:|table (full|overflow)|conntrack|neighbou?r|SYN flood|i/o error|fs error|remounting|read-only|ufw|DROP|REJECT|BLOCK|DENIED|avc: |hung task|blocked for more|link is (up|down)|too many open|allocation failure|no space'
{ read -r line </proc/uptime && echo "uptime=$line"; } 2>/dev/null
date +now=%s.%N
if text=$(priv dmesg 2>/dev/null) && [ -n "$text" ]; then
    echo "@@ dmesg"
    printf '%s\n' "$text" | grep -aiE "$keep" | tail -n 200
    exit 0
fi
if have journalctl && text=$(priv journalctl --no-pager -q -o short-unix -n 2000 _TRANSPORT=kernel 2>/dev/null) && [ -n "$text" ]; then
    echo "@@ journal"
    printf '%s\n' "$text" | grep -aiE "$keep" | tail -n 200
    exit 0
fi
if [ -e /var/log/kern.log ] && text=$(priv tail -n 2000 /var/log/kern.log 2>/dev/null); then
    echo "@@ file /var/log/kern.log"
    printf '%s\n' "$text" | grep -aiE "$keep" | tail -n 200
    exit 0
fi
have dmesg || missing dmesg
case $HOPSCOPE_PRIV in root|sudo) denied "no kernel log may be read here, even as root: the host is a container" ;; esac
denied "the kernel log may not be read: allow sudo -n dmesg, or add $HOPSCOPE_USER to group adm or systemd-journal"

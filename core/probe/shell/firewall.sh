# The rules as they are in the kernel. ufw and firewalld show in them; their own commands cost a second of Python.
found=no
shown=no
if have nft; then
    found=yes
    if text=$(priv nft list ruleset 2>&1); then shown=yes; echo "@@ nft"; printf '%s\n' "$text"
    else printf '%s\n' "$text" >&2; fi
fi
for tool in iptables ip6tables; do
    have $tool-save || continue
    found=yes
    if text=$(priv $tool-save -c 2>&1); then shown=yes; echo "@@ $tool"; printf '%s\n' "$text"
    else printf '%s\n' "$text" >&2; fi
done
grep -s '^ENABLED=' /etc/ufw/ufw.conf | sed 's/^/@@ ufw /'
have firewall-cmd && { pid=; read -r pid </run/firewalld.pid; } 2>/dev/null && echo "@@ firewalld pid=$pid"
[ $shown = yes ] && exit 0
[ $found = no ] && missing nft
case $HOPSCOPE_PRIV in root|sudo) exit 1 ;; esac
denied "the rules may not be read: allow sudo -n nft list ruleset (or iptables-save)"

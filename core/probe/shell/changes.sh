# What changed of late: packages, and files that servers read.
for log in /var/log/dpkg.log /var/log/dnf.rpm.log /var/log/yum.log /var/log/pacman.log; do
    [ -r "$log" ] || continue
    echo "@@ $log"
    grep -aE ' (install|upgrade|remove|purge) |Installed:|Upgrade|Erase|\[ALPM\]' "$log" | tail -n 60
done
[ -r /var/log/apt/history.log ] && { echo "@@ /var/log/apt/history.log"; grep -aE '^(Start-Date|Commandline|Requested-By):' /var/log/apt/history.log | tail -n 30; }
echo "@@ edited"
find /etc/nginx /etc/apache2 /etc/httpd /etc/haproxy /etc/caddy /etc/traefik /etc/envoy /etc/systemd/system /etc/php /etc/php-fpm.d /etc/php-fpm.conf /etc/hosts /etc/resolv.conf /etc/nftables.conf /etc/iptables /etc/ufw /etc/firewalld /etc/netplan /etc/network /etc/default /etc/environment /etc/postgresql /etc/mysql /etc/redis /etc/sysctl.conf /etc/sysctl.d /etc/letsencrypt/live -type f -mtime -14 -exec stat -c '%Y %n' {} + 2>/dev/null | sort -rn | head -n 60
exit 0

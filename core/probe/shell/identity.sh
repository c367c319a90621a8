# Who and what the host is. The date comes first: it gives the clock offset.
date '+now=%s.%N zone=%z'
echo "uid=$(id -u "$HOPSCOPE_USER" 2>/dev/null)"
echo "user=$HOPSCOPE_USER"
echo "sudo=${HOPSCOPE_PRIV:-unknown}"
{ read -r line </proc/sys/kernel/hostname && echo "hostname=$line"; } 2>/dev/null
{ read -r line </proc/uptime && echo "uptime=$line"; } 2>/dev/null
{ read -r line </proc/1/comm && echo "pid1=$line"; } 2>/dev/null
# in a container uptime is often its host's: when its first process started says more
{ read -r line </proc/1/stat && echo "first=$line"; } 2>/dev/null
# whose machine it is, by its firmware; nothing beyond the host is asked
machine=
for file in sys_vendor bios_vendor product_name chassis_asset_tag; do { read -r line <"/sys/class/dmi/id/$file" && machine="$machine $line"; } 2>/dev/null; done
echo "machine=$machine"
[ -d /run/systemd/system ] && echo init=systemd
[ -e /run/openrc/softlevel ] && echo init=openrc
uname -srm
tools=
for tool in curl python3 perl openssl bash nc ss nft docker podman journalctl systemctl; do have $tool && tools="$tools $tool"; done
echo "tools=$tools"
for file in /etc/os-release /usr/lib/os-release; do
    [ -r "$file" ] && { echo "@@ os-release"; cat "$file"; break; }
done
exit 0

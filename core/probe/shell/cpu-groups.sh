# Who may use only a share of the processors, and how often that held it back. Version 2 of control groups, else 1; the
# first level is this host's own limit where it is a container itself.
base=/sys/fs/cgroup
limit=cpu.max
if [ ! -f $base/cgroup.controllers ]; then
    limit=cpu.cfs_quota_us
    for base in /sys/fs/cgroup/cpu /sys/fs/cgroup/cpu,cpuacct; do [ -d "$base" ] && break; done
fi
cd "$base" 2>/dev/null || exit 0
grep -lsE '^[1-9]' ./$limit ./*/$limit ./*/*/$limit ./*/*/*/$limit ./*/*/*/*/$limit | head -n 60 | while IFS= read -r file; do
    dir=${file%/*}
    grep -sE '^[0-9]' "$file" "$dir/cpu.cfs_period_us" /dev/null
    grep -sE '^nr_(periods|throttled) ' "$dir/cpu.stat" /dev/null
done
exit 0

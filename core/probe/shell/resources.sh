nproc 2>/dev/null | sed 's/^/cores=/'
grep -sE '^(cpu|procs_)' /proc/stat /dev/null
grep -s '' /dev/null /proc/loadavg /proc/meminfo /proc/sys/fs/file-nr /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max /proc/pressure/cpu /proc/pressure/memory /proc/pressure/io /proc/net/netstat /proc/net/snmp /proc/net/sockstat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/tcp_max_syn_backlog /proc/sys/net/ipv4/tcp_abort_on_overflow /proc/sys/net/ipv4/ip_nonlocal_bind /proc/sys/net/ipv4/neigh/default/gc_thresh3 /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.current /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory/memory.usage_in_bytes
exit 0

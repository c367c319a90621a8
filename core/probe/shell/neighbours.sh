if have ip; then ip neigh show | head -n 500; else head -n 500 /proc/net/arp; fi
exit 0

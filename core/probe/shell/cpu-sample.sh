{ read -r line </proc/stat && echo "$line"; } 2>/dev/null
exit 0

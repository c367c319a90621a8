# The planner sets `path`. The socket, and each directory above it: every one of them must let the caller through.
dir=${path%/*}
dirs=
while [ -n "$dir" ]; do dirs="$dir
$dirs"; dir=${dir%/*}; done
{ echo /; printf '%s' "$dirs"; } | while IFS= read -r dir; do
    [ -n "$dir" ] && priv stat -L -c 'dir %f %U %G %Y %n' "$dir" 2>/dev/null
done
if out=$(priv stat -L -c 'file %f %U %G %Y %n' "$path" 2>&1); then
    printf '%s\n' "$out"
else
    case $out in
        *"o such file"*) echo "missing $path" ;;
        *) echo "unseen $path"; printf '%s\n' "$out" >&2; denied "$path: allow sudo -n stat" ;;
    esac
fi
exit 0

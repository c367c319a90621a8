# What each HAProxy says of its servers, asked on its admin socket; nothing there is changed.
ask() {
    # by whatever can speak to a unix socket
    if have socat; then printf '%s\n' "$2" | priv socat -t 3 - "UNIX-CONNECT:$1"
    elif have python3; then
        priv python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(3)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
while True:
    part = s.recv(65536)
    if not part: break
    sys.stdout.buffer.write(part)' "$1" "$2"
    elif have perl; then
        priv perl -MIO::Socket::UNIX -e '
alarm 3;
my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!\n";
print $s "$ARGV[1]\n"; $s->flush;
print while <$s>;' "$1" "$2"
    elif have nc && nc -h 2>&1 | grep -q -- '-U'; then printf '%s\n' "$2" | priv nc -w 3 -U "$1"
    else
        echo "none of socat, python3, perl and nc is there to ask $1" >&2
        return 1
    fi
}
files=
for path in $(grep -lsx haproxy /proc/[0-9]*/comm); do
    flag=
    for word in $(tr '\000' '\n' <"${path%comm}cmdline" 2>/dev/null); do
        [ "$flag" = -f ] && files="$files $word"
        flag=$word
    done
done
sockets=$(for file in ${files:-/etc/haproxy/haproxy.cfg}; do
    if [ -d "$file" ]; then priv cat "${file%/}"/*.cfg; else priv cat "$file"; fi
done 2>/dev/null | sed -n 's/^[[:space:]]*stats[[:space:]]\{1,\}socket[[:space:]]\{1,\}\(unix@\)\{0,1\}\(\/[^[:space:]]*\).*/\2/p' | sort -u | head -n 4)
[ -n "$sockets" ] || sockets="/run/haproxy/admin.sock /var/lib/haproxy/stats"
found=no
for socket in $sockets; do
    case $socket in *[!A-Za-z0-9_./@-]*) continue ;; esac
    [ -S "$socket" ] || priv test -S "$socket" || continue
    found=yes refused=
    echo "@@ socket $socket"
    text=$(ask "$socket" "show info;show stat;show servers state" 2>&1) && case $text in
        # while a server is asked anew, what it answered last is not shown
        *,'* L7STS,'*|*,'* L7RSP,'*) sleep 0.3; text=$(ask "$socket" "show info;show stat;show servers state" 2>&1) ;;
    esac
    [ $? = 0 ] || refused=yes
    printf '%s\n' "$text"
    [ -z "$refused" ] || denied "$socket: cannot be asked; add $HOPSCOPE_USER to its group, or allow sudo -n socat"
done
[ $found = yes ] || { echo "no stats socket is configured: the health that HAProxy sees is not known" >&2; exit 0; }
exit 0

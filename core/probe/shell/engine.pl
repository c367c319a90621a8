# What engine.py does, less TLS and MySQL, for hosts without Python. Needs only what perl-base has.
# No single quotes in this file: it travels inside them.
use strict; use Socket; use Errno; use POSIX ();
my %o = map { my ($k, $v) = split /=/, $_, 2; ($k, $v) } @ARGV;
my $clock = eval { require Time::HiRes; \&Time::HiRes::time } || sub { (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK()) };
my $start = $clock->();
my $proto = $o{proto} || "tcp";
my $limit = $o{limit} || 8;
$| = 1;
sub ms { sprintf "%.1f", ($clock->() - $start) * 1000 }
sub esc { my $b = shift; $b =~ s/([^ -~]|\\)/$1 eq "\n" ? "\\n" : $1 eq "\r" ? "\\r" : $1 eq "\\" ? "\\\\" : sprintf("\\x%02x", ord $1)/ge; $b }
sub put { print "$_[0]=$_[1]\n" }
sub finish { put("total_ms", ms()); exit 0 }
sub failure { my $n = shift; for my $k (keys %!) { no strict "refs"; return $k if $k =~ /^E/ && $n == eval { &{"Errno::$k"}() } } "unknown" }
sub ready { my ($s, $write, $t) = @_; my $v = ""; vec($v, fileno($s), 1) = 1; $t = 0 if $t < 0; my $n = $write ? select(undef, $v, undef, $t) : select($v, undef, undef, $t); $n > 0 }
sub left { $limit - ($clock->() - $start) }
$SIG{PIPE} = "IGNORE";
put("tool", "perl");
put("seat_user", $o{seat_user} || "");
my ($family, $where);
if ($o{unix}) { $family = AF_UNIX; $where = pack_sockaddr_un($o{unix}) }
elsif ($o{address} =~ /:/) { $family = Socket::AF_INET6(); $where = Socket::pack_sockaddr_in6($o{port}, Socket::inet_pton($family, $o{address})) }
else { $family = AF_INET; $where = pack_sockaddr_in($o{port}, inet_aton($o{address})) }
socket(my $s, $family, SOCK_STREAM, 0) or do { put("connect", failure($! + 0)); put("error", "$!"); finish() };
require Fcntl;
fcntl($s, Fcntl::F_SETFL(), fcntl($s, Fcntl::F_GETFL(), 0) | Fcntl::O_NONBLOCK());
my $problem = 0;
if (!connect($s, $where)) {
    $problem = $! + 0;
    if ($problem == Errno::EINPROGRESS()) {
        if (ready($s, 1, $o{connect_limit} || 3)) { $problem = unpack("i", getsockopt($s, SOL_SOCKET, SO_ERROR)) }
        else { $problem = Errno::ETIMEDOUT() }
    }
}
if ($problem) { put("connect", failure($problem)); $! = $problem; put("error", "$!"); put("connect_ms", ms()); finish() }
put("connect", "ok");
put("connect_ms", ms());
finish() if $proto =~ /^(https|tls|grpcs|mysql)$/;
my $startup = "user\0hopscope\0database\0postgres\0application_name\0hopscope\0\0";
my %request = (
    http => "GET " . ($o{path} || "/") . " HTTP/1.1\r\nHost: " . ($o{host} || "localhost") . "\r\nUser-Agent: hopscope\r\nAccept: */*\r\nConnection: close\r\n\r\n",
    fastcgi => pack("CCnnCC", 1, 9, 0, 16, 0, 0) . "\x0e\0FCGI_MAX_CONNS",
    redis => "PING\r\n", memcached => "version\r\n",
    postgresql => pack("NN", length($startup) + 8, 196608) . $startup,
    mongodb => pack("VVVV", 58, 7, 0, 2004) . pack("V", 0) . "admin.\$cmd\0" . pack("VV", 0, 0xffffffff) . pack("V", 19) . "\x10isMaster\0" . pack("V", 1) . "\0",
    amqp => "AMQP\0\0\x09\x01", kafka => pack("NnnNn", 18, 18, 0, 7, 8) . "hopscope", ajp => "\x12\x34\0\1\x0a",
    http2 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
);
$request{grpc} = $request{http2};
finish() unless exists $request{$proto};
my $out = ($o{proxy_protocol} || "") eq "yes" ? "PROXY UNKNOWN\r\n$request{$proto}" : $request{$proto};
while (length $out && ready($s, 1, left())) { my $n = syswrite($s, $out); if (!defined $n) { put("send_error", failure($! + 0)); last } substr($out, 0, $n) = "" }
my $data = "";
sub fetch {
    my $more = shift;
    while ($more->()) {
        return "timed-out" if left() <= 0 || !ready($s, 0, left());
        my $n = sysread($s, $data, 65536, length $data);
        return "reset" unless defined $n;
        return "closed" unless $n;
        put("first_byte_ms", ms()) if $n == length $data;
        return "done" if length $data > 2000000;
    }
    "done"
}
sub reply { my ($how, $ok) = @_; put("reply", $ok ? "answered" : ($how eq "done" || length $data) ? "invalid" : $how); put("first", esc(substr($data, 0, 512))); finish() }
if ($proto eq "http") {
    my $how = fetch(sub { $data !~ /\r?\n\r?\n/ && length $data < 65536 });
    reply($how, 0) unless length $data;
    unless ($data =~ /^HTTP\/[\d.]+ (\d{3})\b/) { put("reply", "invalid"); put("first", esc(substr($data, 0, 512))); finish() }
    put("status", $1);
    my ($head) = split /\r?\n\r?\n/, $data, 2;
    put("server", esc($1)) if $head =~ /^server:\s*(.{0,300}?)\r?$/im;
    put("location", esc($1)) if $head =~ /^location:\s*(.{0,300}?)\r?$/im;
    if ($how ne "done") { put("reply", $how); put("first", esc(substr($data, 0, 512))); finish() }
    my $base = length($head) + 4;
    my $chunked = $head =~ /^transfer-encoding:.*chunked/im;
    my $want = $head =~ /^content-length:\s*(\d{1,9})\s*$/im ? $base + $1 : -1;
    my $bare = $data =~ /^HTTP\/[\d.]+ (204|304|1\d\d)/;
    $how = $bare ? "done" : $want >= 0 ? fetch(sub { length $data < $want }) : fetch(sub { !($chunked && $data =~ /0\r\n\r\n\z/) });
    my $whole = $how eq "done" || $how eq "timed-out" || ($how eq "closed" && $want < 0 && !$chunked);
    put("reply", $whole ? "answered" : "closed-mid-response");
    put("first", esc(substr($data, $base, 512))) if length $data > $base;
    finish();
}
if ($proto eq "fastcgi") { my $how = fetch(sub { length $data < 8 }); reply($how, $data =~ /^\x01[\x0a\x0b]/) }
if ($proto eq "redis") { my $how = fetch(sub { $data !~ /\n/ }); put("error", esc($1)) if $data =~ /^(-.*)/; reply($how, $data =~ /^[+-]/) }
if ($proto eq "memcached") { my $how = fetch(sub { $data !~ /\n/ }); reply($how, $data =~ /^(VERSION|ERROR)/) }
if ($proto eq "postgresql") { my $how = fetch(sub { length $data < 5 }); put("error", esc($1)) if $data =~ /^E.{4}(.{0,300})/s; reply($how, $data =~ /^[REv]/) }
if ($proto eq "mongodb") { my $how = fetch(sub { length $data < 21 }); reply($how, length $data > 20 && substr($data, 12, 4) =~ /^(\x01\0\0\0|\xdd\x07\0\0)$/) }
if ($proto eq "amqp") { my $how = fetch(sub { length $data < 8 }); reply($how, $data =~ /^(AMQP|\x01\0\0)/) }
if ($proto eq "kafka") { my $how = fetch(sub { length $data < 10 }); reply($how, length $data >= 10 && substr($data, 4, 4) eq "\0\0\0\7") }
if ($proto eq "ajp") { my $how = fetch(sub { length $data < 5 }); reply($how, $data =~ /^AB/) }
my $how = fetch(sub { length $data < 9 });
reply($how, length $data >= 9 && substr($data, 3, 1) eq "\x04");

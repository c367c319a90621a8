#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/model/cluster.h"
#include "core/model/container.h"
#include "core/model/cpugroup.h"
#include "core/model/front.h"
#include "core/model/logfile.h"
#include "core/model/runtime.h"
#include "core/model/serverreport.h"
#include "core/model/source.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

enum class SocketKind { Tcp, Udp, Unix };

/// A socket that listens (or, in `connections`, one that is established).
struct Listener {
    SocketKind kind = SocketKind::Tcp;
    std::string address; ///< "0.0.0.0", "127.0.0.1", "::", "*" (both families); empty for unix
    base::Port port = 0;
    std::string path; ///< of a unix socket
    std::optional<int> pid;
    std::string process; ///< the kernel's short name for it
    std::string user;    ///< whose socket it is; may be empty
    std::string unit;    ///< by the socket's control group; may be empty
    std::optional<std::uint64_t> receiveQueue; ///< waiting to be accepted, when last looked at
    std::vector<std::uint64_t> earlierQueues;  ///< the same at earlier looks of this run, oldest first
    std::optional<std::uint64_t> backlog;      ///< the accept queue's size
    std::string container; ///< where it was seen from inside one
    Source source;

    bool operator==(const Listener&) const = default;
};

struct Connection {
    std::string localAddress;
    base::Port localPort = 0;
    std::string remoteAddress;
    base::Port remotePort = 0;
    std::string state; ///< "ESTAB", "SYN-SENT", "CLOSE-WAIT" …
    std::optional<int> pid;
    std::string process;
    Source source;
    std::string container = {}; ///< where it was seen from inside one
    // How long ago data went out last, and came in last, when it was looked at: more recently sent than received is a
    // question without an answer yet. Empty: not told; of the second alone: nothing ever came.
    std::optional<base::Milliseconds> sentAgo = {};
    std::optional<base::Milliseconds> receivedAgo = {};

    bool operator==(const Connection&) const = default;
};

struct Process {
    int pid = 0;
    int parent = 0;
    std::string user;
    std::string name;        ///< the kernel's short name
    std::string commandLine; ///< arguments, joined by a space; secrets masked
    std::string executable;
    std::string workingDirectory;
    std::string unit;      ///< systemd unit by its cgroup; may be empty
    std::string container; ///< container id or name by its cgroup; may be empty
    char state = '?';      ///< R S D T Z …
    int threads = 0;
    std::uint64_t residentBytes = 0;
    double cpuPercent = 0; ///< since its start
    std::optional<base::TimePoint> startedAt;
    std::optional<std::uint64_t> openFiles;
    std::optional<std::uint64_t> openFilesLimit;
    Source source;

    bool operator==(const Process&) const = default;
};

/// Whom a unit is run by.
enum class Supervisor { Systemd, SystemdUser, OpenRc, Supervisord, Pm2 }; // SystemdUser: `systemctl --user`; Unit::user is whose

/// One service: a systemd unit as `systemctl show` gives it, or another supervisor's program in the same words.
struct Unit {
    std::string name; ///< "shop.service"; "shop" or "group:shop" of others
    Supervisor supervisor = Supervisor::Systemd;
    std::string description;
    std::string loadState;
    std::string activeState; ///< active, inactive, failed, activating, deactivating
    std::string subState;    ///< running, dead, auto-restart …
    std::string result;      ///< success, exit-code, signal, oom-kill, start-limit-hit …
    std::string unitFileState; ///< enabled, disabled, masked, static …
    int restarts = 0;
    int mainPid = 0;
    std::vector<int> clusterPids; ///< whom its supervisor, which holds the sockets, gives the connections to (pm2's clusters)
    int mainExitCode = 0;   ///< CLD_*: 1 exited, 2 killed, 3 dumped
    int mainExitStatus = 0; ///< exit status or signal number
    std::string restartPolicy;
    std::string user;
    std::string workingDirectory;
    std::string execStart;
    std::string fragmentPath;
    std::vector<std::string> dropIns;
    std::vector<std::string> logFiles; ///< where its output goes, where that is no journal
    std::vector<std::string> listens; ///< of a socket unit: "/run/x.sock", "[::]:80"
    std::string triggeredBy;
    bool needsDaemonReload = false;
    std::vector<std::string> restrictions; ///< what its files forbid it: "PrivateNetwork=yes", "LimitNOFILE=64"; none that is usual
    std::vector<std::string> after; ///< the units of this host's own that it is ordered after
    std::optional<base::TimePoint> activeSince;
    std::optional<base::TimePoint> inactiveSince;
    std::optional<base::TimePoint> lastExitAt;
    std::optional<std::uint64_t> memoryBytes;
    std::optional<std::uint64_t> memoryMaxBytes;
    Source source;

    bool operator==(const Unit&) const = default;
};

enum class LogOrigin { Journal, Kernel, File, Container };

struct LogLine {
    LogOrigin origin = LogOrigin::Journal;
    std::string place; ///< the unit, the file's path or the container's name
    std::optional<base::TimePoint> at;
    std::string text; ///< the message without the time stamp the carrier added
    Source source;
    int pid = 0; ///< of the process whose own output it is; 0 where that is not known

    bool operator==(const LogLine&) const = default;
};

/// One configuration file as it stands on the host.
struct ConfigFile {
    std::string path;
    std::string text;
    std::optional<base::TimePoint> modifiedAt;
    Source source;

    bool operator==(const ConfigFile&) const = default;
};

/// All configuration of one proxy (or pool manager) instance.
struct SoftwareConfig {
    std::string software; ///< "nginx", "php-fpm" …
    std::string version;  ///< "1.22.1"; may be empty
    std::string mainFile;
    std::vector<ConfigFile> files;
    std::optional<bool> isValid;             ///< the software's own test; empty where it could not be run
    std::vector<std::string> validatorLines; ///< its words
    std::optional<base::TimePoint> loadedAt; ///< when the running process last read it
    std::vector<std::string> runtime; ///< how it runs beside its files: "root /etc/httpd", "define SSL", "module proxy_module"
    std::string container;
    Source source;

    bool operator==(const SoftwareConfig&) const = default;
};

struct FileSystem {
    std::string mountPoint;
    std::string device;
    std::uint64_t sizeBytes = 0;
    std::uint64_t availableBytes = 0;
    std::uint64_t inodes = 0;
    std::uint64_t inodesFree = 0;
    bool isReadOnly = false;
    Source source;

    bool operator==(const FileSystem&) const = default;
};

/// A file that a hop stands on: a unix socket, a certificate, a script's root.
struct FileStatus {
    std::string path;
    bool exists = false;
    std::string type;  ///< "socket", "file", "directory", "link", "other"
    unsigned mode = 0; ///< permission bits
    std::string owner;
    std::string group;
    std::optional<base::TimePoint> modifiedAt;
    /// The directories above it, outermost first, as `namei -l` would show them.
    struct Parent {
        std::string path;
        unsigned mode = 0;
        std::string owner;
        std::string group;
        bool operator==(const Parent&) const = default;
    };
    std::vector<Parent> parents;
    Source source;

    bool operator==(const FileStatus&) const = default;
};

struct FirewallRule {
    enum class Verdict { Drop, Reject, Accept };
    std::string tool; ///< "nft", "iptables", "ip6tables", "ufw", "firewalld"
    std::string table;
    std::string chain;
    std::string hook; ///< "input", "output", "forward"; empty where not known
    Verdict verdict = Verdict::Drop;
    std::string rule; ///< as the tool prints it
    std::optional<base::Port> destinationPort;
    std::string sourceAddress;      ///< empty: any
    std::string destinationAddress; ///< empty: any
    std::optional<std::uint64_t> packets;
    bool isPolicy = false; ///< the chain's default
    Source source;

    bool operator==(const FirewallRule&) const = default;
};

struct Resources {
    std::optional<double> cpuPercent; ///< of all cores, over a sample where the host was overloaded, else since boot
    std::optional<double> stealPercent;
    std::optional<double> load1;
    std::optional<int> cores;
    std::optional<double> memoryUsedPercent;
    std::optional<std::uint64_t> memoryTotalBytes;
    std::optional<std::uint64_t> memoryAvailableBytes;
    std::optional<double> swapUsedPercent;
    std::optional<double> diskUsedPercent; ///< the fullest file system that services write to
    std::string diskMount;
    std::optional<double> inodesUsedPercent;
    std::string inodesMount;
    std::optional<double> fdUsedPercent; ///< system wide
    std::optional<double> conntrackUsedPercent;
    std::optional<double> pressureCpu; ///< PSI some avg10
    std::optional<double> pressureMemory;
    std::optional<double> pressureIo;
    std::map<std::string, std::uint64_t> counters; ///< TcpExtListenOverflows … by nstat's names
    Source source;

    bool operator==(const Resources&) const = default;
};

/// An entry of the routing table.
struct Route {
    std::string destination; ///< "default", "10.9.0.0/24", "10.1.0.3"
    bool isRefusing = false; ///< unreachable, prohibit, blackhole, throw
    Source source;

    bool operator==(const Route&) const = default;
};

/// What the kernel says of the way to one address.
struct RouteAnswer {
    std::string address;
    std::string text; ///< "10.1.0.3 dev eth0 src 10.1.0.2", or why there is none
    bool hasRoute = false;
    std::string from; ///< the source address that it would use
    Source source;

    bool operator==(const RouteAnswer&) const = default;
};

struct Neighbour {
    std::string address;
    std::string state; ///< REACHABLE, STALE, FAILED, INCOMPLETE …
    std::string device;
    Source source;

    bool operator==(const Neighbour&) const = default;
};

/// Something that changed on a host, with when; for "what changed before the onset".
struct Change {
    base::TimePoint at {};
    base::HostId host;
    std::string what;    ///< "nginx configuration /etc/nginx/sites-enabled/shop edited"
    std::string command; ///< shows it
    Source source;

    bool operator==(const Change&) const = default;
};

/// A check that could not show what it should, with the least grant that would.
struct Gap {
    base::HostId host;
    std::string check;
    std::string reason;

    bool operator==(const Gap&) const = default;
};

struct HostFacts {
    base::HostId host;
    std::string osName;    ///< "Debian GNU/Linux 12 (bookworm)"
    std::string osFamily;  ///< "debian", "rhel", "alpine", "arch", "suse" or empty
    std::string initSystem; ///< "systemd", "openrc", "supervisord", "none" or empty where unknown
    std::string hostname;
    std::string cloud; ///< whose machine it is, by its firmware: "aws", "gcp" …; empty where nothing says so
    std::string user; ///< whom we are there
    bool isRoot = false;
    bool mayUseSudo = false; ///< sudo -n works
    std::vector<std::string> tools; ///< which of curl, python3, perl, openssl, bash, nc … are installed
    std::vector<std::string> addresses; ///< every address of its interfaces, without prefix length
    std::map<std::string, std::vector<std::string>> hostsFile; ///< name to addresses
    std::vector<std::string> resolvers;
    std::optional<base::TimePoint> now; ///< its own clock
    std::optional<base::TimePoint> bootedAt;
    std::vector<Listener> listeners;
    std::vector<Connection> connections;
    std::vector<Process> processes;
    std::vector<Unit> units;
    std::vector<LogLine> logs; ///< oldest first within one place
    std::vector<SoftwareConfig> configs;
    std::vector<FileSystem> fileSystems;
    std::vector<FileStatus> files;
    std::vector<LogFile> logFiles; ///< only large ones
    std::vector<FirewallRule> firewall;
    std::vector<Neighbour> neighbours;
    std::vector<Route> routes; ///< of the main table; empty where it could not be read
    std::vector<RouteAnswer> routeAnswers; ///< for the targets of hops
    std::vector<Container> containers;
    std::vector<cluster::Cluster> clusters; ///< that kubectl there speaks to
    std::vector<ServerReport> serverReports; ///< by the proxies that run there
    std::vector<ContainerNetwork> containerNetworks;
    std::vector<Listener> containerListeners;     ///< inside the containers' own networks; each names its container
    std::vector<Connection> containerConnections; ///< the same
    std::vector<Change> changes;
    std::vector<Setting> settings;
    std::vector<ProgramVersion> versions;
    std::vector<JavaMemory> javaMemory;
    std::vector<CpuGroup> cpuGroups; ///< that have a limit
    Resources resources;

    bool operator==(const HostFacts&) const = default;
};

/// Where a probe stood.
enum class Seat {
    Caller,     ///< on the hop's caller: what counts for the user
    Callee,     ///< on the callee's own host, against the address that the caller uses
    CalleeLoop, ///< on the callee's own host, against its loopback (or the address it listens on)
};

enum class ResolveResult { NotNeeded, Resolved, NameNotFound, ResolverFailed, ResolverTimedOut, Unknown };
enum class ConnectResult {
    NotTried,
    Connected,
    Refused,
    TimedOut,
    HostUnreachable,
    NetworkUnreachable,
    SocketMissing,
    PermissionDenied,
    QueueFull,     ///< EAGAIN on a unix socket
    NoLocalPort,   ///< EADDRNOTAVAIL
    OtherError,
    Unknown, ///< the tool at hand could not tell
};
enum class TlsResult { NotTried, Established, PlainText, HandshakeFailed, CertificateInvalid, TimedOut, Closed, Unknown };
enum class ReplyResult {
    NotTried,
    Answered,            ///< a proper answer of the hop's protocol; `status` where it has one
    ClosedBeforeHeaders, ///< FIN
    ResetBeforeHeaders,  ///< RST
    ClosedMidResponse,
    TimedOut,
    InvalidReply, ///< bytes that the protocol does not allow; see firstBytes
    Unknown,
};

/// One hop tried from one seat.
struct HopProbe {
    base::HopId hop;
    base::HostId host;     ///< where it ran
    std::string container; ///< inside this container's namespaces, or empty
    Seat seat = Seat::Caller;
    std::string target;  ///< "10.1.0.3:3000", "unix:/run/x.sock"
    std::string address; ///< the address that was used, after resolving; a name's further addresses have probes of their own
    std::string tool;    ///< curl, python3, perl, openssl, bash, nc
    std::string user;    ///< whom it ran as, where that decides (unix sockets); may not be the caller's worker user
    bool isOtherUser = false; ///< it should have run as another user, but may not: permissions prove nothing then
    ResolveResult resolve = ResolveResult::NotNeeded;
    std::vector<std::string> resolved;
    ConnectResult connect = ConnectResult::NotTried;
    /// Of a hop that speaks plain HTTP: Established where a second attempt, with TLS, got through.
    TlsResult tls = TlsResult::NotTried;
    std::string tlsDetail; ///< the tool's words
    ReplyResult reply = ReplyResult::NotTried;
    std::optional<int> status;
    std::string serverHeader;
    std::string location; ///< of a redirect
    std::string firstBytes; ///< of the answer, at most 512 bytes
    std::optional<std::size_t> headerBytes; ///< of the answer's header, status line included
    std::optional<double> resolveMs;
    std::optional<double> connectMs;
    std::optional<double> tlsMs;
    std::optional<double> firstByteMs;
    std::optional<double> totalMs;
    std::string errorText; ///< the tool's words
    base::TimePoint at {};
    Source source;
    /// What, asked for after a failure, made the same request go: "server-name NAME", "tls-versions", "client-certificate"
    /// (it asked for one), "http/1.1", "http/2", "proxy-header", "no-proxy-header". Empty: nothing, or not tried.
    std::string worksWith;
    std::optional<bool> answersPing;          ///< tried where no connect was answered
    std::optional<bool> carriesLargePackets;  ///< tried where no answer came; small ones did pass

    bool operator==(const HopProbe&) const = default;
};

/// All typed facts of a capture.
struct Facts {
    std::map<base::HostId, HostFacts> hosts; ///< every reachable host
    std::vector<HopProbe> probes;
    std::vector<Gap> gaps;
    /// What the url's host is for the user: the profile's `resolve`, an address in the url, or this machine's DNS.
    std::vector<std::string> urlAddresses;
    Front front; ///< who says that it stands between us and the hosts

    bool operator==(const Facts&) const = default;
};

}

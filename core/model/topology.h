#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/model/facts.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

enum class NodeKind { Client, LoadBalancer, Proxy, Sidecar, App, Database, Cache, External };

/// `Unknown` is never counted or drawn as `Ok`.
enum class State { Ok, Warning, Failing, Skipped, Unknown };

/// A line of a configuration file.
struct FilePlace {
    std::string file;
    int line = 0; ///< 1 is the first; 0: not known

    /// "FILE:LINE"; the file alone where the line is not known, empty where no file is.
    std::string text() const;
    bool operator==(const FilePlace&) const = default;
};

/// What a hop speaks. `Tcp` where nothing better is known.
enum class Protocol {
    Http,
    Https,
    Http2,
    FastCgi,
    Uwsgi,
    Scgi,
    Grpc,
    Grpcs,
    Ajp,
    Tcp,
    Tls,
    Udp,
    Postgresql,
    Mysql,
    Redis,
    Memcached,
    Mongodb,
    Amqp,
    Kafka,
};

/// Where something is reached: host and port, or a unix socket's path.
struct Endpoint {
    std::string host; ///< name or address as declared; empty for a unix socket
    base::Port port = 0;
    std::string path; ///< unix socket; empty for TCP

    bool isUnix() const { return !path.empty(); }
    /// "10.1.0.3:3000", "[::1]:80" or "unix:/run/x.sock"
    std::string text() const;
    bool operator==(const Endpoint&) const = default;
};

/// What a proxy's configuration makes it answer by itself, to the profile's request.
struct OwnAnswer {
    std::optional<int> status; ///< empty: files, a redirect, or not known
    FilePlace place;           ///< of the rule; may be empty
    std::string rule;          ///< "return 503", "deny all"; may be empty
    std::string flagFile;      ///< only while this file is there; empty: no file decides
    bool isCertain = false;    ///< else only under a condition that can't be told from here

    bool operator==(const OwnAnswer&) const = default;
};

/// One real thing, however many sources name it.
struct Node {
    base::NodeId id;
    NodeKind kind = NodeKind::App;
    std::string software; ///< lower-case id: "nginx", "node", "php-fpm", "unknown"
    std::string version;  ///< may be empty
    std::optional<base::HostId> host; ///< empty for what the profile does not reach
    std::string address;  ///< where it listens, "0.0.0.0:443" or "unix:/run/x.sock"
    std::string label;    ///< for people: "nginx on edge"
    State state = State::Unknown;
    // who owns it; empty or 0 where not known
    int pid = 0;
    std::string unit;
    std::string user;
    std::string container;
    std::string object; ///< of a cluster: "pod/shop/web-5d9", "service/shop/web"; of a container, in that pod
    base::Port containerPort = 0; ///< that it listens on inside its container
    std::string workingDirectory;
    std::string note; ///< one line more for people: "boundary: not in the profile"
    std::vector<std::string> sources; ///< which kinds of fact name it: "config", "listener", "process", "unit"
    std::vector<OwnAnswer> ownAnswers; ///< of a proxy
    bool isUnknownName = false; ///< a proxy that has sites by name, and none for the name that it is asked for

    bool operator==(const Node&) const = default;
};

/// Hands requests on: a proxy, a load balancer, a sidecar. False for null.
bool isProxy(const Node* node);

struct Timeouts {
    std::optional<base::Milliseconds> connect;
    std::optional<base::Milliseconds> read;
    std::optional<base::Milliseconds> send;
    std::optional<base::Milliseconds> idle; ///< how long an unused connection is kept for a further request; empty: none is kept, or not known

    bool operator==(const Timeouts&) const = default;
};

/// What the configuration says of a hop.
struct Declared {
    Endpoint endpoint;
    FilePlace place;
    std::string name; ///< what the caller calls it in its log and status: "be_shop/app1"; empty: by its address
    Timeouts timeouts;
    std::string requestHost; ///< the Host header that the caller sends
    std::string requestPath; ///< what it asks the target for, where the profile's url leads here; "/" otherwise
    std::string serverName;  ///< SNI; empty: none is sent
    bool verifiesCertificate = false;
    std::string verifiedName; ///< that the certificate must bear, where it is verified; empty: any, or `serverName`
    std::vector<std::string> tlsVersions; ///< that the caller offers: "1.2", "1.3"; empty: what its library does
    std::string clientCertificate; ///< the file that it shows of itself; empty: none
    std::string clientKey;
    std::string trustedCertificates; ///< the file of issuers it verifies against; empty: the system's
    bool sendsProxyProtocol = false;
    bool isBackup = false;
    bool isDown = false; ///< marked down in the configuration
    std::optional<int> weight;
    std::optional<int> keepalive;   ///< idle connections kept
    std::string scriptFile;         ///< SCRIPT_FILENAME of FastCGI
    std::string callerUser;         ///< the user that the caller's workers run as
    bool isResolvedAtStart = false; ///< a literal name, looked up once when the proxy loads
    std::vector<std::string> resolvers; ///< name servers that the caller asks while it runs; empty: it can't
    std::string httpVersion;        ///< "1.0", "1.1", "2" towards the target; empty where it does not apply
    std::vector<std::string> retriesOn; ///< what makes the caller try the next server: "error", "timeout", "http_502" …
    std::optional<int> retries;         ///< at most so many servers; 0: no limit
    std::optional<int> maxFails;        ///< after so many failures the server is left out; 0: never
    std::optional<base::Milliseconds> failTimeout; ///< … for this long
    std::string healthCheck; ///< what the caller itself asks to see whether it is well: "GET /healthz"; "connect"; empty: nothing
    std::optional<int> maxConnections;  ///< at once to this server; 0: no limit

    bool operator==(const Declared&) const = default;
};

/// One caller to one callee.
struct Hop {
    base::HopId id;
    base::NodeId from;
    base::NodeId to;
    Protocol protocol = Protocol::Tcp;
    std::string group; ///< replicas of one group are parallel: the upstream's or balancer's name; empty: alone
    bool isOnPath = false; ///< serves the profile's url (else another virtual host's or an idle one)
    bool isLoop = false;   ///< the request comes back to a proxy that has passed it on before
    Declared declared;
    std::optional<ServerReport> reported; ///< what the caller itself says of it
    std::vector<Listener> listening; ///< sockets that accept this target, on the callee's host
    State state = State::Unknown;
    std::optional<double> latencyMs;

    bool operator==(const Hop&) const = default;
};

struct Topology {
    std::vector<Node> nodes;
    std::vector<Hop> hops;

    const Node* node(const base::NodeId& id) const;
    const Hop* hop(const base::HopId& id) const;
    bool operator==(const Topology&) const = default;
};

/// A line of a configuration that could not be read, or reads oddly.
struct ConfigWarning {
    FilePlace place;
    std::string message;

    bool operator==(const ConfigWarning&) const = default;
};

const char* id(NodeKind kind);
const char* id(State state);
const char* id(Protocol protocol);

}

#pragma once

#include "core/discovery/request.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::discovery {

/// A socket that a proxy's configuration opens.
struct ProxyListener {
    std::string address; ///< "0.0.0.0", "::", "127.0.0.1"; empty for a unix socket
    base::Port port = 0;
    std::string path;
    bool isTls = false;

    bool operator==(const ProxyListener&) const = default;
};

/// One place that a proxy sends requests to.
struct ProxyTarget {
    ProxyListener from; ///< the listener whose requests go there
    model::Protocol protocol = model::Protocol::Http;
    model::Declared declared;
    std::string group;     ///< of parallel servers; empty: alone
    bool isOnPath = false; ///< the request at hand goes there
    bool isMirror = false; ///< a copy that nobody waits for
    Request next;          ///< what the target is asked
    std::optional<model::ServerReport> reported; ///< what the proxy itself says of it
};

/// How a proxy came to choose the virtual host.
enum class NameMatch { NoListener, Default, Regex, Wildcard, Exact };

/// What one proxy does with a request.
struct ProxyRoute {
    NameMatch match = NameMatch::NoListener;
    ProxyListener listener; ///< that took the request
    /// The request's targets and, not on path, all others of the configuration.
    std::vector<ProxyTarget> targets;
    std::string note; ///< where it answers by itself: "redirects to https://shop.example/"
    std::vector<model::OwnAnswer> ownAnswers; ///< what it answers, or may answer, by itself
    bool isUnknownName = false; ///< it has sites by name, and none for this one
    std::vector<model::ConfigWarning> warnings;
};

/// One proxy instance by its configuration. Adding a proxy is one class more, made in makeProxy().
class Proxy {
public:
    virtual ~Proxy() = default;
    /// Which listener and virtual host take this request: the first two fields of a route.
    virtual ProxyRoute choose(const Request& request) const = 0;
    /// What it does with this request; `host` gives what is known of its machine (files), and may be null.
    virtual ProxyRoute route(const Request& request, const model::HostFacts* host) const = 0;
    /// Every target of the configuration; none is on path.
    virtual ProxyRoute routeAll() const = 0;
    virtual std::vector<ProxyListener> listeners() const = 0;
    /// Problems of the configuration's text.
    virtual std::vector<model::ConfigWarning> warnings() const = 0;
};

/// Null for software whose configuration we do not read (yet). `host` is where it runs, for what a proxy takes from there
/// (containers' labels); null offline.
std::unique_ptr<Proxy> makeProxy(const model::SoftwareConfig& config, const model::HostFacts* host = nullptr);

}

#pragma once

#include "core/discovery/apache/configuration.h"
#include "core/discovery/apache/layers.h"
#include "core/discovery/proxy.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::apache {

/// "http://name:80/path", "unix:/run/x.sock|fcgi://localhost/path", "balancer://name/path".
struct WorkerUrl {
    std::string scheme; ///< lower-case; empty: none that could be read
    model::Endpoint endpoint;
    std::string host;     ///< as the Host header names it: "name:8080", without the scheme's own port
    std::string path;     ///< from the "/" on; empty for none
    std::string balancer; ///< its name
};
WorkerUrl parseWorker(std::string_view text);

/// "unix:/run/x.sock|fcgi://localhost/" of "proxy:unix:…" in SetHandler and AddHandler; empty for another handler.
std::string proxyHandler(const std::string& text);

/// A request about to be passed on.
struct Pass {
    const parse::ApacheDirective* directive = nullptr;
    std::string url;                     ///< as declared
    std::string rest;                    ///< of the request's path, behind what the url stands for
    std::vector<std::string> parameters; ///< "timeout=5"
    bool isOnPath = false;
    bool isHandler = false; ///< by SetHandler: the file is what is asked for
};

struct PassResult {
    std::vector<ProxyTarget> targets;
    std::vector<model::ConfigWarning> warnings;
};

/// Where that goes: one target, or one for each member of a balancer.
PassResult targetsOf(const State& state, const Layers& layers, const ProxyListener& from, const Pass& pass);

/// The "key=value" words of a ProxyPass, BalancerMember or ProxySet, from `start` on.
std::vector<std::string> parametersOf(const std::vector<std::string>& words, std::size_t start);

}

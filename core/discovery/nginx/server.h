#pragma once

#include "core/discovery/nginx/scope.h"
#include "core/discovery/proxy.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::discovery::nginx {

/// One `listen` of a server block.
struct Listen {
    std::string address; ///< "0.0.0.0" for every IPv4 one, "::" for every IPv6 one, else an address or a name
    base::Port port = 80;
    base::Port lastPort = 80; ///< of a range
    std::string path;         ///< unix socket
    bool isDefault = false;
    bool isTls = false;
    bool takesProxyProtocol = false;
    bool isUdp = false;
    bool isBothFamilies = false; ///< "[::]" with ipv6only=off
    int line = 0;

    bool isWildcard() const { return address == "0.0.0.0" || address == "::"; }
    bool hasPort(base::Port wanted) const { return path.empty() && port <= wanted && wanted <= lastPort; }
    ProxyListener listener(base::Port wanted) const;
};

Listen parseListen(const parse::NginxDirective& directive);

/// A server block of http or stream.
struct Server {
    const Scope* scope = nullptr;
    std::vector<Listen> listens; ///< nginx's default where the block has none
    std::vector<std::string> names;
    bool isStream = false;

    ProxyListener firstListener() const;
};

/// Every server block, in nginx's order. Files that hold server blocks outside `http` (a site's file alone) count too.
std::vector<Server> serversOf(const Scope& root);

struct ServerChoice {
    const Server* server = nullptr;
    const Listen* listen = nullptr;
    NameMatch match = NameMatch::NoListener;
    std::string regexName; ///< where a regular expression chose it
};

/// nginx's choice for this request: the listen address that takes the connection (a given one before the wildcard), then
/// the name: exact, longest "*.name", longest "name.*", first regular expression, default server.
/// Where the request's address is not known, every address of that port is tried and the best name wins.
ServerChoice chooseServer(const std::vector<Server>& servers, const Request& request);

}

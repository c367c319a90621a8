#pragma once

#include "core/discovery/proxy.h"
#include "core/parse/apacheconfig.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::apache {

using Block = std::vector<parse::ApacheDirective>;

/// A `Listen`.
struct Listen {
    std::string address; ///< "0.0.0.0": any, of both families
    base::Port port = 80;
    bool isIpv6Only = false;
};

/// One address of a <VirtualHost>.
struct VirtualAddress {
    std::string host; ///< empty: any
    base::Port port = 0; ///< 0: any
};

/// The main server or a virtual host.
struct Server {
    const Block* own = nullptr;
    const Block* main = nullptr; ///< what it inherits; null for the main server itself
    std::vector<VirtualAddress> addresses;
    std::string name; ///< lower-case, without its port
    std::vector<std::string> aliases;
    bool isTls = false;

    /// The last such directive, its own before the inherited one; null where there is none.
    const parse::ApacheDirective* setting(std::string_view name) const;
    std::string value(std::string_view name, std::string_view otherwise = {}) const;
    bool isOn(std::string_view name) const;
    /// All such directives: its own first, as ProxyPass and Alias are merged.
    std::vector<const parse::ApacheDirective*> all(std::string_view name) const;
};

/// Every server: the main one first, then the virtual hosts in order.
struct Servers {
    std::vector<Server> servers;
    std::vector<Listen> listens;
    bool hasListens = false; ///< else they are taken from the virtual hosts' addresses
};
Servers serversOf(const Block& directives);

struct ServerChoice {
    const Server* server = nullptr;
    const Listen* listen = nullptr;
    NameMatch match = NameMatch::NoListener;
};

/// Apache's choice: the address, then ServerName and ServerAlias in order, else the first of that address, else the main
/// server.
ServerChoice chooseServer(const Servers& servers, const Request& request);

/// The socket as this server sees it.
ProxyListener listenerOf(const Listen& listen, const Server& server);

/// A socket that leads to this server; empty where none does.
ProxyListener firstListener(const Servers& servers, const Server& server);

/// "*" and "?" in names and paths.
bool matchesWildcard(std::string_view pattern, std::string_view text);


}

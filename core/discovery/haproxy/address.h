#pragma once

#include "core/discovery/proxy.h"
#include "core/discovery/haproxy/section.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::haproxy {

/// An address as HAProxy writes it: ":80", "*:80", "ipv4@1.2.3.4:80", "[::1]:80", ":::80", "/run/x.sock", "unix@/x",
/// "abns@name" (a path that starts with "@"), "name:+1000".
struct WrittenAddress {
    std::string host; ///< empty for any; a name or an address without brackets
    std::string path;
    std::optional<base::Port> port;
    base::Port lastPort = 0;
    bool isOffset = false; ///< the port is added to the client's
    bool isForeign = false; ///< a file descriptor, a socket pair: nothing that we could reach
    bool isUdp = false;     ///< QUIC
};
WrittenAddress parseWritten(std::string_view text);

/// One address of a `bind` line.
struct Bind {
    std::string address; ///< "0.0.0.0" and "::" for any
    base::Port port = 0;
    base::Port lastPort = 0;
    std::string path;
    bool isTls = false;
    bool isBothFamilies = false;
    bool isUdp = false;

    bool isWildcard() const { return address == "0.0.0.0" || address == "::"; }
    bool hasPort(base::Port wanted) const { return path.empty() && port <= wanted && wanted <= lastPort; }
    ProxyListener listener(base::Port wanted) const;
};

/// The binds of a frontend or listen section, an address in its opening line ("listen web :80") included.
std::vector<Bind> bindsOf(const Section& section);

}

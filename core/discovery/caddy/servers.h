#pragma once

#include "core/discovery/routing/routedproxy.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::discovery::caddy {

/// Servers by the sockets they listen on, as they come together from sites or from the JSON.
class Servers {
public:
    base::Port httpPort = 80;
    base::Port httpsPort = 443;
    bool redirectsToHttps = true;

    /// The server of this listener; a new one where there is none.
    routing::Server& at(const ProxyListener& listener);
    /// These names are served with TLS there, so that Caddy answers with a redirect at the HTTP port of that address.
    void addRedirect(const std::string& address, base::Port tlsPort, const std::vector<std::string>& names);

    std::vector<routing::Server> take();

private:
    struct Redirect {
        std::string address;
        base::Port port = 443;
        std::vector<std::string> names;
    };
    std::vector<routing::Server> m_servers;
    std::vector<Redirect> m_redirects;
};

}

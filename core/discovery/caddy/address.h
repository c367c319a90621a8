#pragma once

#include "core/discovery/routing/rule.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::caddy {

/// What an upstream address of a Caddyfile or a `dial` of its JSON means; a range of ports is several.
/// "localhost:3000", "https://host", "h2c://host:1", "unix//run/x.sock", ":9000", "host:8001-8003".
struct Dial {
    std::vector<model::Endpoint> endpoints;
    model::Protocol protocol = model::Protocol::Http;
};
Dial parseDial(std::string_view text);

/// A site's address: "[scheme://][host][:port][/path]".
struct SiteAddress {
    std::string scheme; ///< "http", "https" or empty
    std::string host;   ///< lower-case; empty: every one
    std::optional<base::Port> port;
    std::string path;
    bool isReadable = true;
};
SiteAddress parseSiteAddress(std::string_view text);

/// A `listen` of the JSON or a `bind` with a port: ":443", "127.0.0.1:80", "unix//run/caddy.sock", "tcp/…"; ranges are several.
std::vector<ProxyListener> parseListenAddress(std::string_view text);

/// "{host}" and the like as Caddy's own long names: "{http.request.host}".
std::string longPlaceholders(std::string_view text);

}

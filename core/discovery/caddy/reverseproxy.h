#pragma once

#include "core/discovery/routing/rule.h"
#include "core/parse/caddyfile.h"
#include "core/parse/configtree.h"

#include <string>
#include <vector>

namespace hopscope::discovery::caddy {

/// What a reverse_proxy of either spelling says, before its servers are made of it.
struct ReverseProxy {
    struct Place {
        std::string dial;
        model::FilePlace place;
        std::optional<int> weight;
        std::optional<int> maxRequests;
    };
    std::vector<Place> upstreams;
    std::vector<Place> dynamic; ///< names that are looked up for each request: "srv+name", "name:port"
    model::Declared shared;     ///< what all of them have: timeouts, TLS, retries
    bool isTls = false;
    bool isFastCgi = false;
    bool isHttp2 = false;
    std::string root; ///< of FastCGI

    routing::Pass pass() const;
};

ReverseProxy reverseProxyOf(const parse::CaddyDirective& directive, const std::vector<std::string>& upstreams);
/// `file` names where the JSON came from.
ReverseProxy reverseProxyOf(const parse::ConfigTree& handler, const std::string& file);

}

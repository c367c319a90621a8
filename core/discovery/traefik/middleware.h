#pragma once

#include "core/discovery/routing/rule.h"
#include "core/discovery/traefik/settings.h"

#include <string>
#include <vector>

namespace hopscope::discovery::traefik {

class Services;

/// What middlewares do to a request, as steps in front of its service.
class Middlewares {
public:
    Directory all;
    const Services* services = nullptr;

    struct Result {
        std::vector<routing::Step> steps;
        routing::Rules others;        ///< error pages' services
        std::optional<int> attempts;  ///< of `retry`
        std::vector<std::string> missing;
        int applied = 0; ///< bounded: chains may name each other
    };
    void apply(const std::vector<std::string>& names, const std::string& provider, Result& result, int depth = 0) const;
};

/// The step that sends a plain request to another scheme or port.
routing::Step redirectToScheme(const std::string& scheme, const std::string& port);

}

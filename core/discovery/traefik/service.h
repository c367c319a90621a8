#pragma once

#include "core/discovery/routing/rule.h"
#include "core/discovery/traefik/settings.h"

#include <map>
#include <set>

namespace hopscope::discovery::traefik {

/// Services of one protocol to what a rule passes to.
class Services {
public:
    Directory services;
    Directory transports;
    /// Where a server's address stands in a file, by its text; for what only the API told.
    std::map<std::string, model::FilePlace> places;
    model::Declared defaults; ///< of the static configuration: timeouts, verification

    /// All servers behind this name: a balancer's own, those of weighted services, mirrors, fallbacks.
    routing::Pass pass(const std::string& name, const std::string& provider) const;
    /// "api@internal" and the like: Traefik itself.
    static bool isInternal(const std::string& name);

private:
    void add(const Named& service, routing::Pass& pass, std::set<std::string>& seen, int depth) const;
    void addBalancer(const Named& service, const parse::ConfigTree& balancer, routing::Pass& pass) const;
    model::Declared declaredBy(const Named& service, const parse::ConfigTree& balancer) const;
};

}

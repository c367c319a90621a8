#include "core/faults/predicates/allowedclients.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/parse/phpfpmpool.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// Whether some address of the caller's is in a list as "127.0.0.1, 10.1.0.0/24". From another host it does not come by loopback.
bool isLetIn(const HopView& view, const std::string& list)
{
    const bool isOwnHost = view.callerHost == view.calleeHost;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find_first_of(", \t", at), list.size());
        const std::string each = list.substr(at, end - at);
        at = end + 1;
        if (!each.empty() && std::any_of(view.callerHost->addresses.begin(), view.callerHost->addresses.end(),
                [&](const std::string& own) { return (isOwnHost || !isLoopback(own)) && isWithin(own, each); }))
            return true;
    }
    return false;
}

model::Source sourceOf(const model::SoftwareConfig& config, const std::string& path)
{
    for (const model::ConfigFile& file : config.files)
        if (file.path == path)
            return file.source;
    return {};
}
}

void addAllowedClients(Assessment& found, const HopView& view)
{
    if (view.hop->protocol != model::Protocol::FastCgi || view.isUnix() || !view.calleeHost || !view.callerHost)
        return;
    for (const model::SoftwareConfig& config : view.calleeHost->configs) {
        if (config.software != "php-fpm")
            continue;
        for (const parse::PhpFpmPool& pool : parse::parsePhpFpmPools(config.files).pools) {
            if (pool.endpoint.isUnix() || pool.endpoint.port != view.port() || pool.allowedClients.empty()
                || isLetIn(view, pool.allowedClients))
                continue;
            model::Evidence item = view.evidence(view.calleeHost, "php-fpm-config", sourceOf(config, pool.place.file),
                pool.place.file + ": listen.allowed_clients = " + pool.allowedClients);
            item.rulesOut = { "process-crashed", "keepalive-race", "worker-timeout", "wrong-protocol", "plain-http-to-tls-port" };
            found.supports(0.88, std::move(item));
            found.firstPlace = "listen.allowed_clients in " + pool.place.file + " on " + view.calleeHost->host.value();
        }
    }
}

}

#include "core/diagnosis/advice/parts.h"

#include "core/base/quote.h"
#include "core/diagnosis/proxycommands.h"

#include <algorithm>
#include <map>

namespace hopscope::diagnosis {

namespace {
using Replicas = std::vector<const model::Hop*>;

/// The parallel servers of each balancer on the way, spares and those that are switched off left out.
std::vector<Replicas> balancedGroups(const model::Topology& topology)
{
    std::map<std::pair<std::string, std::string>, Replicas> groups;
    for (const model::Hop& hop : topology.hops)
        if (hop.isOnPath && !hop.group.empty() && !hop.declared.isBackup && !hop.declared.isDown)
            groups[{ hop.from.value(), hop.group }].push_back(&hop);
    std::vector<Replicas> found;
    for (auto& [key, replicas] : groups)
        if (replicas.size() > 1)
            found.push_back(std::move(replicas));
    return found;
}

struct MissingCheck {
    std::string consequence; ///< empty: nothing is missing
    std::string lines;       ///< that mend it
};

/// Whether this proxy goes on sending requests to a server of a group that has died. nginx and Apache leave out a server
/// that failed by default; what a provider (Docker, Kubernetes) names comes and goes with its life.
MissingCheck missingCheckOf(const model::Node& proxy, const model::Hop& hop)
{
    const model::Declared& declared = hop.declared;
    const bool isLeftOut = !declared.healthCheck.empty() || declared.maxFails.value_or(0) > 0;
    if (proxy.software == "haproxy" && declared.healthCheck.empty()
        && (!hop.reported || hop.reported->health == model::ServerReport::Health::Unchecked))
        return { "HAProxy sends it its share of requests even when it is dead", "add `check` to its server line" };
    if ((proxy.software == "nginx" || proxy.software == "openresty") && declared.maxFails == 0)
        return { "max_fails=0 lets nginx try it first for its share of requests even when it is dead",
            "remove max_fails=0 from its server line" };
    if (proxy.software == "caddy" && !isLeftOut && !declared.failTimeout)
        return { "Caddy sends it its share of requests even when it is dead",
            "in reverse_proxy: health_uri PATH (asked all the time), or fail_duration 30s (learns from failures)" };
    if (proxy.software == "traefik" && declared.healthCheck.empty() && !declared.place.file.empty())
        return { "Traefik sends it its share of requests even when it is dead",
            "under loadBalancer of the service: healthCheck: {path: PATH, interval: 10s}" };
    return {};
}

void noHealthCheck(const AdviceContext& context)
{
    for (const Replicas& replicas : balancedGroups(context.topology)) {
        const model::Node* proxy = context.topology.node(replicas.front()->from);
        if (!proxy)
            continue;
        const auto unchecked = std::find_if(replicas.begin(), replicas.end(),
            [&](const model::Hop* hop) { return !missingCheckOf(*proxy, *hop).consequence.empty(); });
        if (unchecked == replicas.end())
            continue;
        const MissingCheck missing = missingCheckOf(*proxy, **unchecked);
        const std::string place = (*unchecked)->declared.place.text();
        const auto host = proxy->host ? context.facts.hosts.find(*proxy->host) : context.facts.hosts.end();
        std::vector<model::Remediation> remedies;
        if (host != context.facts.hosts.end()) {
            const ProxyCommands commands = proxyCommands(*proxy, host->second);
            model::Remediation mend = changeOf(&host->second,
                "Let " + proxy->software + " leave out a server that is dead" + (place.empty() ? std::string() : ", at " + place), {},
                missing.lines);
            if (!commands.test.empty() && !commands.reload.empty())
                mend.commands = { "sudo " + commands.test + " && sudo " + commands.reload };
            mend.why = "Then one dead replica costs nobody a request.";
            remedies.push_back(std::move(mend));
        }
        context.add("no-health-check", model::Severity::Warning, proxy->id.value(),
            "Nobody checks " + (*unchecked)->declared.endpoint.text() + " of " + replicas.front()->group + ": "
                + missing.consequence + ".",
            std::move(remedies));
    }
}

/// How many servers one request may be sent to, where what comes back from a proxy further in can make it go on.
int attemptsOf(const model::Topology& topology, const model::Hop& hop)
{
    const auto& on = hop.declared.retriesOn;
    const bool goesOn = std::any_of(on.begin(), on.end(), [](const std::string& each) {
        return each == "timeout" || each.starts_with("http_5") || each.starts_with("5") || each == "response-timeout"
            || each == "all-retryable-errors" || each == "gateway-error";
    });
    if (!goesOn || hop.group.empty())
        return 1;
    int servers = 0;
    for (const model::Hop& other : topology.hops)
        servers += other.from == hop.from && other.group == hop.group && !other.declared.isDown && !other.declared.isBackup;
    const int limit = hop.declared.retries.value_or(0);
    return limit > 0 ? std::min(limit, servers) : servers;
}

void retriesMultiply(const AdviceContext& context)
{
    for (const model::Hop& outer : context.topology.hops) {
        const model::Node* between = context.topology.node(outer.to);
        const int first = outer.isOnPath && isProxy(between) ? attemptsOf(context.topology, outer) : 1;
        if (first < 2)
            continue;
        for (const model::Hop& inner : context.topology.hops) {
            const int second = inner.from == outer.to && inner.isOnPath ? attemptsOf(context.topology, inner) : 1;
            if (second < 2)
                continue;
            const model::Node* caller = context.topology.node(outer.from);
            context.add("retries-multiply", model::Severity::Note, between->id.value(),
                (caller ? caller->label : outer.from.value()) + " tries up to " + std::to_string(first)
                    + " servers for one request, and " + between->label + " again up to " + std::to_string(second)
                    + ": when the apps are slow, one request becomes up to " + std::to_string(first * second) + ".",
                { changeOf(nullptr, "Let only one of the two try again", {},
                    "fewer tries at the inner one: proxy_next_upstream_tries 1; in nginx, retries 0 in HAProxy") });
            return; // once is enough for a chain
        }
    }
}
}

void adviseOnBalancing(const AdviceContext& context)
{
    noHealthCheck(context);
    retriesMultiply(context);
}

}

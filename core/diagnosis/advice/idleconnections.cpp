#include "core/diagnosis/advice/parts.h"

#include "core/discovery/appruntime.h"

namespace hopscope::diagnosis {

namespace {
/// The lines that let this proxy drop an idle connection first.
std::string shorterIdleTime(const model::Node& proxy, base::Milliseconds appIdle)
{
    const std::string seconds = std::to_string(std::max<long long>(1, appIdle.count() / 1000 - 1));
    if (proxy.software == "nginx" || proxy.software == "openresty")
        return "in the upstream block: keepalive_timeout " + seconds + "s;";
    if (proxy.software == "apache")
        return "on the ProxyPass line or BalancerMember: ttl=" + seconds;
    if (proxy.software == "caddy")
        return "in reverse_proxy: transport http { keepalive " + seconds + "s }";
    return "its idle timeout for connections to this app: " + seconds + " s";
}
}

/// A proxy that keeps an idle connection longer than the app does will now and then send a request into one that the app
/// is just closing: a reset before headers, seen only in logs.
void adviseOnIdleConnections(const AdviceContext& context)
{
    for (const model::Hop& hop : context.topology.hops) {
        const model::Node* proxy = context.topology.node(hop.from);
        const model::Node* app = context.topology.node(hop.to);
        if (!hop.isOnPath || !hop.declared.timeouts.idle || !isProxy(proxy) || !app || !app->host
            || !context.facts.hosts.contains(*app->host))
            continue;
        const model::HostFacts& host = context.facts.hosts.at(*app->host);
        const discovery::AppRuntime runtime = discovery::appRuntime(discovery::HostIndex(host), *app);
        const base::Milliseconds kept = *hop.declared.timeouts.idle;
        if (!runtime.idleLimit || kept.count() <= 0 || kept < *runtime.idleLimit)
            continue;
        const std::string place = hop.declared.place.text();
        const auto caller = proxy->host ? context.facts.hosts.find(*proxy->host) : context.facts.hosts.end();
        model::Remediation shorter = changeOf(caller == context.facts.hosts.end() ? nullptr : &caller->second,
            "Let the proxy close an idle connection before the app does" + (place.empty() ? std::string() : ", near " + place),
            {}, shorterIdleTime(*proxy, *runtime.idleLimit));
        shorter.why = "Whoever sends the requests must close first: then no request meets a connection that is just being closed.";
        context.add("keepalive-race", model::Severity::Note, app->id.value(),
            proxy->label + " keeps idle connections to " + app->label + " for " + inSeconds(kept) + ", but the app closes them after "
                + inSeconds(*runtime.idleLimit) + " (" + runtime.idleLimitSetting
                + "): now and then a request meets a connection that is just being closed, and fails with a reset.",
            { shorter });
    }
}

}

#include "core/diagnosis/remedies.h"

#include "core/diagnosis/containedcommands.h"
#include "core/diagnosis/judgement.h"
#include "core/diagnosis/proxycommands.h"
#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::diagnosis {

namespace {
using faults::HopView;

std::string usedFirewall(const model::HostFacts& host)
{
    for (const char* tool : { "ufw", "firewalld" })
        for (const model::FirewallRule& rule : host.firewall)
            if (rule.tool == tool)
                return tool;
    return host.firewall.empty() ? std::string() : host.firewall.front().tool;
}

/// The address that the callee sees the caller come from: of the same family, and no loopback.
std::string addressOfCaller(const HopView& view)
{
    if (!view.callerHost)
        return {};
    const auto family = faults::familyOf(view.address());
    for (const std::string& each : view.callerHost->addresses)
        if (!faults::isLoopback(each) && faults::familyOf(each) == family)
            return each;
    return {};
}

std::string initSystemOf(const model::Unit& unit, const model::HostFacts& host)
{
    switch (unit.supervisor) {
    case model::Supervisor::Systemd: return host.initSystem;
    case model::Supervisor::SystemdUser: return "systemd-user";
    case model::Supervisor::OpenRc: return "openrc";
    case model::Supervisor::Supervisord: return "supervisord";
    case model::Supervisor::Pm2: return "pm2";
    }
    return host.initSystem;
}

void put(std::map<std::string, std::string>& values, const char* name, const std::string& value)
{
    if (!value.empty() && value != "0")
        values.emplace(name, value);
}

/// Causes that lie in the proxy that is called, not in the one that calls it.
bool isOfCallee(const std::string& cause)
{
    static constexpr std::array<std::string_view, 9> causes { "proxy-stopped", "proxy-config-invalid", "port-conflict",
        "connection-limit-reached", "rate-limited", "access-denied", "request-too-large", "route-missing-in-proxy", "maintenance-mode" };
    return std::find(causes.begin(), causes.end(), cause) != causes.end();
}

faults::RemedyContext contextOf(const HopView& view, const Hypothesis* cause)
{
    faults::RemedyContext context;
    const model::HostFacts* host = view.calleeHost ? view.calleeHost : view.callerHost;
    if (cause && !cause->assessment.host.isEmpty()) {
        const auto found = view.facts->hosts.find(cause->assessment.host);
        if (found != view.facts->hosts.end())
            host = &found->second;
        context.host = cause->assessment.host;
    } else if (host) {
        context.host = host->host;
    }
    if (host) {
        context.osFamily = host->osFamily;
        context.initSystem = host->initSystem;
        context.isRoot = host->isRoot;
        if (view.unit)
            context.initSystem = initSystemOf(*view.unit, *host);
        // What the host's service manager does not run, its commands don't start.
        if (!view.unit && view.caller && !view.caller->container.empty())
            context.initSystem.clear();
        context.firewall = usedFirewall(*host);
    }
    if (view.callerHost)
        context.callerHost = view.callerHost->host;
    const bool isContained = (view.callee && !view.callee->container.empty())
        || (cause && cause->assessment.values.contains("container"));
    context.platform = view.cluster ? "kubernetes" : isContained ? "docker" : "host";
    const model::Node* mended = cause && isProxy(view.callee) && isOfCallee(cause->assessment.cause()) ? view.callee : nullptr;
    context.software = view.callee ? view.callee->software : std::string();
    context.procedures = proxyProcedures(view, mended);
    auto& values = context.values;
    // A cause's own values come first; an empty one says that there is none, whatever the hop would offer.
    if (cause)
        values.insert(cause->assessment.values.begin(), cause->assessment.values.end());
    if (view.unit && view.unitCertainty >= 0.5) {
        put(values, "unit", view.unit->name);
        put(values, "user", view.unit->user);
        if (view.unit->unitFileState.starts_with("masked"))
            put(values, "maskedUnit", view.unit->name);
    }
    const model::Hop& hop = *view.hop;
    if (!view.isUnix())
        put(values, "port", std::to_string(view.port()));
    if (view.container && view.callee->containerPort != 0)
        put(values, "containerPort", std::to_string(view.callee->containerPort));
    put(values, "address", view.address());
    put(values, "callerAddress", addressOfCaller(view));
    put(values, "socket", hop.declared.endpoint.path);
    put(values, "file", fileOnHost(view, hop.declared.place.file));
    if (!faults::isOfRunning(hop.declared.place.file))
        put(values, "line", std::to_string(hop.declared.place.line));
    put(values, "url", view.capture->profile.url);
    put(values, "name", hop.declared.endpoint.host);
    put(values, "path", hop.declared.requestPath.empty() ? "/" : hop.declared.requestPath);
    put(values, "serverName",
        hop.declared.serverName.empty() ? hop.declared.requestHost : hop.declared.serverName);
    if (view.callerHost && !view.callerHost->resolvers.empty())
        put(values, "resolver", view.callerHost->resolvers.front());
    put(values, "callerUser", hop.declared.callerUser);
    if (view.callee) {
        put(values, "software", view.callee->software == "unknown" ? "" : view.callee->software);
        put(values, "pid", std::to_string(view.callee->pid));
        if (!isContained)
            put(values, "user", view.callee->user);
        put(values, "container", view.callee->container);
    }
    if (view.caller)
        put(values, "callerSoftware", view.caller->software == "unknown" ? "" : view.caller->software);
    if (view.cluster && view.cluster->pod) {
        put(values, "pod", view.cluster->pod->meta.name);
        put(values, "namespace", view.cluster->pod->meta.space);
    }
    if (view.caller && !view.caller->unit.empty())
        put(values, "callerUnit", view.caller->unit);
    if (view.calleeHost)
        put(values, "host", view.calleeHost->host.value());
    if (view.callerHost)
        put(values, "callerHost", view.callerHost->host.value());
    return context;
}
}

namespace {
/// The catalogue says "kubectl"; here it is the cluster's, with its context.
void setContext(model::Remediation& remedy, const faults::ClusterView& cluster)
{
    const std::string kubectl = cluster.kubectl({}) + " ";
    const auto change = [&](std::string& command) {
        for (std::size_t at = command.find("kubectl "); at != std::string::npos; at = command.find("kubectl ", at + kubectl.size()))
            if (at == 0 || (at >= 2 && command.compare(at - 2, 2, "; ") == 0))
                command.replace(at, 8, kubectl);
    };
    std::for_each(remedy.commands.begin(), remedy.commands.end(), change);
    std::for_each(remedy.undo.begin(), remedy.undo.end(), change);
    change(remedy.verify);
}
}

std::vector<model::Remediation> remediesFor(
    const HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue)
{
    auto remedies = catalogue.remedies(
        view.symptom.variant, cause ? cause->assessment.cause() : "", contextOf(view, cause));
    if (view.cluster)
        for (model::Remediation& remedy : remedies)
            setContext(remedy, *view.cluster);
    fitToContainers(remedies, view);
    // Looking comes before touching, whatever order an entry is written in.
    std::stable_sort(remedies.begin(), remedies.end(),
        [](const model::Remediation& left, const model::Remediation& right) {
            return left.risk == model::Risk::ReadOnly && right.risk != model::Risk::ReadOnly;
        });
    return remedies;
}

std::vector<model::Remediation> preventionFor(
    const HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue)
{
    return cause ? catalogue.prevention(cause->assessment.cause(), contextOf(view, cause))
                 : std::vector<model::Remediation>();
}

}

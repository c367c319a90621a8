#include "core/probe/checks.h"

#include "core/base/address.h"
#include "core/model/checkids.h"
#include "core/probe/clusterlogs.h"
#include "core/probe/hopprobe.h"
#include "core/probe/hostchecks.h"
#include "core/probe/logpaths.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace hopscope::probe {
namespace {

namespace id = model::checkid;
using model::Endpoint;
using model::HostFacts;
using model::Hop;
using model::Node;

constexpr std::size_t mostOnPath = 24;
constexpr std::size_t mostOthers = 12;
constexpr int mostFailedUnits = 4;
/// Long enough to tell a slow answer from none, short enough for someone who waits.
constexpr int onPathSeconds = 8;
/// Where the caller itself waits less than that: the answer that comes too late for it is to be seen, also by one who
/// queues behind the request before.
constexpr int patientSeconds = 12;
constexpr int otherSeconds = 3;

/// A host's batch in its order, each part side by side: quick looks, the attempts, what the attempts leave behind.
struct HostPlan {
    exec::CheckBatch looks;
    exec::CheckBatch attempts;
    exec::CheckBatch traces;
};

/// Folders of the system as such: what changed in them says nothing about one app.
bool isOwnFolder(const std::string& folder)
{
    static const std::set<std::string> shared { "/", "/root", "/home", "/var", "/usr", "/etc", "/tmp", "/srv", "/opt",
        "/run", "/var/lib", "/var/www", "/usr/local", "/var/tmp", "/dev", "/proc", "/sys" };
    return folder.starts_with('/') && !shared.contains(folder);
}

/// The authority's host of "https://host:port/…", without user and port; for the Host header of the first hop.
std::string hostOfUrl(const std::string& url)
{
    const std::size_t scheme = url.find("://");
    std::string authority = url.substr(scheme == std::string::npos ? 0 : scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    if (const std::size_t at = authority.rfind('@'); at != std::string::npos)
        authority.erase(0, at + 1);
    return authority;
}

/// Somebody was kept waiting. Only that can come of too few processors, and only then is there time to measure them.
bool isAnyoneKeptWaiting(const std::vector<model::HopProbe>& probes)
{
    constexpr double longTime = 1000; // ms
    return std::any_of(probes.begin(), probes.end(), [](const model::HopProbe& each) {
        return each.connect == model::ConnectResult::TimedOut || each.reply == model::ReplyResult::TimedOut || each.firstByteMs.value_or(0) >= longTime;
    });
}

bool mayLackProcessors(const model::Resources& resources)
{
    const bool isLoaded = resources.load1 && resources.cores && *resources.load1 >= 1.8 * *resources.cores;
    return isLoaded || (resources.pressureCpu && *resources.pressureCpu >= 45);
}

class Planner {
public:
    Planner(const model::Profile& profile, const model::Topology& topology, const model::Facts& facts)
        : m_profile(profile)
        , m_topology(topology)
        , m_facts(facts)
    {
    }

    std::map<base::HostId, exec::CheckBatch> plan()
    {
        planFor(true, mostOnPath);
        planFor(false, mostOthers);
        for (const auto& [name, host] : m_facts.hosts)
            planLogs(name, host);
        for (const auto& [name, host] : m_facts.hosts)
            if (mayLackProcessors(host.resources) && isAnyoneKeptWaiting(m_facts.probes))
                m_plans[name].traces.push_back(cpuSample());
        for (const auto& [name, host] : m_facts.hosts)
            if (std::any_of(host.cpuGroups.begin(), host.cpuGroups.end(), [](const model::CpuGroup& each) { return each.throttled > 0; }))
                m_plans[name].attempts.push_back(cpuGroups()); // beside the attempts, which keep the app busy
        planClusterLogs();
        return taken();
    }

private:
    void planFor(bool isOnPath, std::size_t most)
    {
        std::size_t count = 0;
        for (const Hop& hop : m_topology.hops) {
            if (hop.isOnPath != isOnPath)
                continue;
            if (++count > most)
                return;
            const Node* from = m_topology.node(hop.from);
            const Node* to = m_topology.node(hop.to);
            if (from && to)
                planHop(hop, *from, *to);
        }
    }

    void planHop(const Hop& hop, const Node& from, const Node& to)
    {
        const HostFacts* caller = factsOf(from);
        const HostFacts* callee = factsOf(to);
        if (caller)
            planCaller(hop, from, *caller);
        if (callee) {
            if (to.container.empty() || to.containerPort == 0)
                planCallee(hop, to, *callee, caller);
            else
                planContainer(hop, to, *callee, caller);
            planOwner(hop, to, *callee);
        }
    }

    void planCaller(const Hop& hop, const Node& from, const HostFacts& caller)
    {
        const Endpoint& target = hop.declared.endpoint;
        if (target.host.empty() && !target.isUnix())
            return;
        if (target.path.starts_with('@'))
            return; // an abstract socket has no file; its listener is looked at
        HopAttempt attempt = attemptOf(id::hopCaller, hop, caller, target);
        if (target.isUnix()) {
            attempt.user = hop.declared.callerUser.empty() ? from.user : hop.declared.callerUser;
            addLook(caller.host, socketStatus(target.path));
        }
        enterContainer(attempt, from.container, caller);
        const Node* callee = m_topology.node(hop.to);
        attempt.isCalleeProxy = callee && callee->kind != model::NodeKind::App && callee->kind != model::NodeKind::Database
            && callee->kind != model::NodeKind::Cache;
        attempt.isRefusalOdd = !hop.listening.empty() || isRestarting(hop);
        addAttempt(caller.host, attempt);
        if (!target.isUnix() && base::isAddress(target.host) && !base::isLoopback(target.host) && from.container.empty())
            addTrace(caller.host, route(hop, target.host));
    }

    bool isRestarting(const Hop& hop) const
    {
        const Node* to = m_topology.node(hop.to);
        const HostFacts* callee = to ? factsOf(*to) : nullptr;
        if (!callee)
            return false;
        if (const model::Container* container = containerOf(*callee, to->container))
            return container->restarts > 0 || container->state == "restarting";
        return std::any_of(callee->units.begin(), callee->units.end(), [&](const model::Unit& unit) {
            return unit.name == to->unit && unit.activeState != "failed" && unit.activeState != "inactive"
                && (unit.restarts > 0 || unit.activeState == "activating");
        });
    }

    /// On the callee's own host: the address that the caller uses, then the one that it listens on. Where the caller's
    /// own request can be made, these only connect: a request more may end a crashing app before the caller's comes,
    /// or make a slow one slower. Behind a proxy it would be the user's request again.
    void planCallee(const Hop& hop, const Node& to, const HostFacts& callee, const HostFacts* caller)
    {
        const bool isCallersHost = caller == &callee;
        const Endpoint& declared = hop.declared.endpoint;
        if (declared.isUnix()) {
            addLook(callee.host, listenerQueue(hop, declared));
            return;
        }
        Endpoint used = declared;
        used.host = ownAddress(callee, declared.host);
        if (!isCallersHost && !used.host.empty() && used.port != 0) {
            HopAttempt attempt = attemptOf(id::hopCallee, hop, callee, used);
            attempt.isConnectOnly = true;
            addAttempt(callee.host, attempt);
        }
        Endpoint near = declared;
        near.host = "127.0.0.1";
        const auto listening = std::find_if(hop.listening.begin(), hop.listening.end(),
            [](const model::Listener& each) { return each.kind == model::SocketKind::Tcp; });
        if (listening != hop.listening.end()) {
            near.port = listening->port;
            if (!base::isWildcard(listening->address))
                near.host = listening->address;
        }
        const bool isSameAsCaller = isCallersHost && (near.host == declared.host
            || (base::isLoopback(near.host) && base::isLoopback(declared.host))) && near.port == declared.port;
        const bool isSameAsUsed = !isCallersHost && near.host == used.host && near.port == used.port;
        if (near.port != 0 && !isSameAsCaller && !isSameAsUsed) {
            HopAttempt attempt = attemptOf(id::hopLoopback, hop, callee, near);
            enterContainer(attempt, to.container, callee);
            const bool isCallerLocked = base::isLoopback(near.host) && !base::isLoopback(declared.host)
                && listening != hop.listening.end() && base::isLoopback(listening->address);
            attempt.isConnectOnly = leadsOn(hop) || (caller && !isCallerLocked);
            addAttempt(callee.host, attempt);
        }
        if (near.port != 0)
            addLook(callee.host, listenerQueue(hop, near));
    }

    /// A container is tried where its host meets it, and from within: a server that listens on its own loopback only
    /// answers there and nowhere else. The host's forwarder accepts for it, so a connect to a published port says little.
    void planContainer(const Hop& hop, const Node& to, const HostFacts& callee, const HostFacts* caller)
    {
        const model::Container* container = containerOf(callee, to.container);
        if (!container || !container->pid)
            return;
        const Endpoint& declared = hop.declared.endpoint;
        if (caller != &callee && declared.port != 0) {
            Endpoint used = declared;
            used.host = ownAddress(callee, declared.host);
            HopAttempt attempt = attemptOf(id::hopCallee, hop, callee, used);
            attempt.isConnectOnly = true;
            if (!used.host.empty())
                addAttempt(callee.host, attempt);
        }
        for (const auto& [network, address] : container->networks) {
            if (address.empty() || (address == declared.host && caller == &callee))
                continue;
            HopAttempt attempt = attemptOf(id::hopCallee, hop, callee, { address, to.containerPort, {} });
            attempt.isConnectOnly = true;
            addAttempt(callee.host, attempt);
            break;
        }
        HopAttempt within = attemptOf(id::hopLoopback, hop, callee, { "127.0.0.1", to.containerPort, {} });
        enterContainer(within, to.container, callee);
        within.isConnectOnly = leadsOn(hop) || !isLockedIn(callee, *container, to.containerPort);
        addAttempt(callee.host, within);
    }

    /// It listens, but only where nobody outside can reach it: a request more disturbs nothing.
    static bool isLockedIn(const HostFacts& host, const model::Container& container, base::Port port)
    {
        bool isThere = false;
        for (const model::Listener& each : host.containerListeners) {
            if (each.container != container.name || each.port != port)
                continue;
            isThere = true;
            if (!base::isLoopback(each.address))
                return false;
        }
        return isThere;
    }

    static const model::Container* containerOf(const HostFacts& host, const std::string& name)
    {
        for (const model::Container& each : host.containers)
            if (!name.empty() && (each.name == name || each.id == name))
                return &each;
        return nullptr;
    }

    /// The callee passes the request on, by hops of its own.
    bool leadsOn(const Hop& hop) const
    {
        return std::any_of(m_topology.hops.begin(), m_topology.hops.end(),
            [&](const Hop& next) { return next.from == hop.to && next.isOnPath; });
    }

    void planOwner(const Hop&, const Node& to, const HostFacts& callee)
    {
        const auto unit = std::find_if(
            callee.units.begin(), callee.units.end(), [&](const model::Unit& each) { return each.name == to.unit; });
        if (unit != callee.units.end() && unit->supervisor != model::Supervisor::Systemd) {
            if (!unit->logFiles.empty())
                addLook(callee.host, supervisedLog(unit->name, unit->logFiles));
            if (unit->supervisor == model::Supervisor::SystemdUser)
                addLook(callee.host, usersUnitLog(unit->name));
        } else if (!to.unit.empty() && callee.initSystem == "systemd") {
            addLook(callee.host, unitState(to.unit));
            addLook(callee.host, unitLog(to.unit));
        }
        if (to.container.empty() && isLogged(to)) {
            // what no unit's journal holds
            if (exec::CheckSpec look = processLog(to.pid, logNames(to)); !look.command.empty())
                addLook(callee.host, std::move(look));
        }
        if (!to.container.empty())
            addLook(callee.host, containerLog(to.container, engineOf(callee, to.container)));
        if (to.kind == model::NodeKind::App && isOwnFolder(to.workingDirectory)) // what a deploy changes
            addLook(callee.host, appChanges(to.workingDirectory));
    }

    /// Proxies' logs are named in their configuration.
    static bool isLogged(const Node& node)
    {
        using model::NodeKind;
        return node.kind == NodeKind::App || node.kind == NodeKind::Database || node.kind == NodeKind::Cache
            || (node.unit.empty() && node.pid > 0);
    }

    /// What a folder of /var/log may be called: "postgresql", "postgresql@15-main" as "postgresql", "tomcat10".
    static std::vector<std::string> logNames(const Node& node)
    {
        std::vector<std::string> names;
        if (node.software != "unknown" && node.kind != model::NodeKind::App)
            names.push_back(node.software);
        const std::string unit = node.unit.substr(0, node.unit.find_first_of("@."));
        if (!unit.empty() && unit != node.software)
            names.push_back(unit);
        return names;
    }

    void planLogs(const base::HostId& name, const HostFacts& host)
    {
        for (const model::SoftwareConfig& config : host.configs)
            if (const model::Container* container = containerOf(host, config.container))
                planContainedLogs(name, config, *container);
        const LogPaths paths = logPaths(host, 6);
        for (const std::string& path : paths.errorLogs)
            addLook(name, proxyErrorLog(path));
        for (const std::string& path : paths.accessLogs)
            addLook(name, proxyAccessLog(path));
        for (const std::string& path : paths.balancerLogs)
            addLook(name, balancerLog(path));
        for (const std::string& path : paths.poolLogs)
            addLook(name, appLog(path));
        // Why a unit failed may be the reason though the hop does not lead to it: another program has its port.
        int failed = 0;
        for (const model::Unit& unit : host.units)
            if (unit.supervisor != model::Supervisor::Systemd && !unit.logFiles.empty() && unit.activeState != "active"
                && ++failed <= mostFailedUnits)
                addLook(name, supervisedLog(unit.name, unit.logFiles));
        for (const model::Unit& unit : host.units)
            if (unit.name.ends_with(".service") && (unit.activeState == "failed" || unit.subState == "auto-restart")
                && ++failed <= mostFailedUnits)
                addLook(name, unit.supervisor == model::Supervisor::SystemdUser ? usersUnitLog(unit.name) : unitLog(unit.name));
    }

    /// The words of pods on the path: those that are not well first, and of what ended before.
    void planClusterLogs()
    {
        for (const auto& [name, host] : m_facts.hosts)
            for (const model::cluster::Cluster& cluster : host.clusters)
                for (const ClusterLogPlace& place : clusterLogPlaces(cluster, m_topology))
                    if (m_clusterLogs.insert(place.space + "/" + place.pod + "/" + place.container).second)
                        addLook(name, clusterLog(choiceOf(name), place));
    }

    model::KubernetesChoice choiceOf(const base::HostId& name) const
    {
        for (const model::ProfileHost& host : m_profile.hosts)
            if (host.name == name)
                return host.kubernetes;
        return {};
    }

    /// Files that a proxy logs to inside its container; what goes to its standard output is the engine's to show.
    void planContainedLogs(
        const base::HostId& name, const model::SoftwareConfig& config, const model::Container& container)
    {
        addLook(name, containerLog(container.name, container.engine));
        HostFacts alone;
        alone.configs = { config };
        alone.configs.front().container.clear();
        const LogPaths paths = logPaths(alone, 2);
        if (container.pid)
            for (const std::string& path : paths.errorLogs)
                addLook(name, containedErrorLog(container.name, *container.pid, path));
    }

    HopAttempt attemptOf(const char* check, const Hop& hop, const HostFacts& host, const Endpoint& target) const
    {
        HopAttempt attempt;
        attempt.check = check;
        attempt.hop = &hop;
        attempt.target = target;
        attempt.host = &host;
        const auto& patience = hop.declared.timeouts.read;
        const bool isShort = patience && *patience < std::chrono::seconds(onPathSeconds);
        attempt.limitSeconds = !hop.isOnPath ? otherSeconds : isShort ? patientSeconds : onPathSeconds;
        attempt.requestHost = hop.declared.requestHost;
        if (attempt.requestHost.empty())
            attempt.requestHost = hop.isOnPath ? hostOfUrl(m_profile.url) : hop.declared.endpoint.host;
        if (attempt.requestHost.empty())
            attempt.requestHost = "localhost";
        return attempt;
    }

    void enterContainer(HopAttempt& attempt, const std::string& container, const HostFacts& host) const
    {
        const model::Container* found = containerOf(host, container);
        if (!found || !found->pid || found->networkMode == "host")
            return;
        attempt.container = found->name;
        attempt.containerPid = found->pid;
        attempt.containerEngine = found->engine;
    }

    const HostFacts* factsOf(const Node& node) const
    {
        if (!node.host)
            return nullptr;
        const auto found = m_facts.hosts.find(*node.host);
        return found == m_facts.hosts.end() ? nullptr : &found->second;
    }

    /// The declared address where it is one of the host's, else the host's first that others can reach.
    static std::string ownAddress(const HostFacts& host, const std::string& declared)
    {
        if (std::find(host.addresses.begin(), host.addresses.end(), declared) != host.addresses.end())
            return declared;
        const bool wantsIpv6 = declared.find(':') != std::string::npos;
        for (const std::string& address : host.addresses) {
            const bool isIpv6 = address.find(':') != std::string::npos;
            if (!base::isLoopback(address) && isIpv6 == wantsIpv6 && !address.starts_with("fe80:"))
                return address;
        }
        return {};
    }

    static std::string engineOf(const HostFacts& host, const std::string& container)
    {
        if (const model::Container* found = containerOf(host, container))
            return found->engine;
        return "docker";
    }

    void addLook(const base::HostId& host, exec::CheckSpec spec)
    {
        if (m_seen.insert({ host.value(), spec.check.value(), spec.shell }).second)
            m_plans[host].looks.push_back(std::move(spec));
    }
    void addTrace(const base::HostId& host, exec::CheckSpec spec) { m_plans[host].traces.push_back(std::move(spec)); }
    void addAttempt(const base::HostId& host, const HopAttempt& attempt)
    {
        m_plans[host].attempts.push_back(hopProbe(attempt));
    }

    std::map<base::HostId, exec::CheckBatch> taken()
    {
        std::map<base::HostId, exec::CheckBatch> batches;
        for (auto& [host, plan] : m_plans) {
            exec::CheckBatch& batch = batches[host];
            int group = 0;
            for (exec::CheckBatch* part : { &plan.looks, &plan.attempts, &plan.traces }) {
                ++group;
                for (exec::CheckSpec& spec : *part)
                    spec.group = group;
                std::move(part->begin(), part->end(), std::back_inserter(batch));
            }
        }
        return batches;
    }

    const model::Profile& m_profile;
    const model::Topology& m_topology;
    const model::Facts& m_facts;
    std::map<base::HostId, HostPlan> m_plans;
    std::set<std::tuple<std::string, std::string, std::string>> m_seen;
    std::set<std::string> m_clusterLogs;
};

}

std::map<base::HostId, exec::CheckBatch> hopChecks(
    const model::Profile& profile, const model::Topology& topology, const model::Facts& facts)
{
    return Planner(profile, topology, facts).plan();
}

}

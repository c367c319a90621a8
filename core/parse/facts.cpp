#include "core/parse/facts.h"

#include "core/model/checkids.h"
#include "core/parse/appsettings.h"
#include "core/parse/changes.h"
#include "core/parse/cluster/capture.h"
#include "core/parse/configdump.h"
#include "core/parse/containerchanges.h"
#include "core/parse/containers.h"
#include "core/parse/cpugroups.h"
#include "core/parse/files.h"
#include "core/parse/firewall.h"
#include "core/parse/front.h"
#include "core/parse/gaps.h"
#include "core/parse/haproxystatus.h"
#include "core/parse/hopprobe.h"
#include "core/parse/identity.h"
#include "core/parse/lines.h"
#include "core/parse/listenerowner.h"
#include "core/parse/logs.h"
#include "core/parse/netstat.h"
#include "core/parse/processes.h"
#include "core/parse/proxyapi.h"
#include "core/parse/reloads.h"
#include "core/parse/resources.h"
#include "core/parse/runtimes.h"
#include "core/parse/ss.h"
#include "core/parse/supervisors.h"
#include "core/parse/units.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace hopscope::parse {
namespace {

namespace id = model::checkid;
using model::CheckResult;
using model::HostFacts;

/// What a reader works on: one check, and the facts that grow.
struct Reading {
    const CheckResult& result;
    std::size_t index;
    const HostClock& clock;
    HostFacts& host;
    model::Facts& facts;
    std::vector<CpuTicks>& cpuSamples;

    void addGap(std::string reason) const
    {
        facts.gaps.push_back({ result.host, result.check.value(), std::move(reason) });
    }
};

template <class T> void append(std::vector<T>& into, std::vector<T> items, std::size_t check)
{
    into.reserve(into.size() + items.size());
    for (T& item : items) {
        item.source.check = check;
        into.push_back(std::move(item));
    }
}

void readIdentity(const Reading& reading)
{
    Identity identity = parseIdentity(reading.result.output);
    HostFacts& host = reading.host;
    host.osName = std::move(identity.osName);
    host.osFamily = std::move(identity.osFamily);
    host.initSystem = std::move(identity.initSystem);
    host.hostname = std::move(identity.hostname);
    host.cloud = std::move(identity.cloud);
    host.user = std::move(identity.user);
    host.isRoot = identity.isRoot;
    host.mayUseSudo = identity.mayUseSudo;
    host.tools = std::move(identity.tools);
    host.now = identity.clock.now;
    host.bootedAt = identity.bootedAt;
    if (host.bootedAt)
        host.changes.push_back({ *host.bootedAt, {}, "the host booted", "uptime -s", { reading.index, 0 } });
}

void readNetwork(const Reading& reading)
{
    reading.host.addresses = parseAddresses(reading.result.output);
    reading.host.routes = parseRoutes(reading.result.output);
    for (model::Route& route : reading.host.routes)
        route.source.check = reading.index;
}

void readNames(const Reading& reading)
{
    Names names = parseNames(reading.result.output);
    reading.host.hostsFile = std::move(names.hostsFile);
    reading.host.resolvers = std::move(names.resolvers);
}

void readListeners(const Reading& reading)
{
    const bool isSs = reading.result.output.find("@@ netstat") == std::string::npos
        && reading.result.output.find("@@ /proc/") == std::string::npos;
    auto listeners = isSs ? parseSsListeners(reading.result.output) : parseOtherListeners(reading.result.output);
    const auto nameless = std::count_if(listeners.begin(), listeners.end(),
        [](const model::Listener& each) { return !each.pid && each.kind == model::SocketKind::Tcp; });
    if (nameless > 0 && !reading.host.isRoot && !reading.host.mayUseSudo)
        reading.addGap(std::to_string(nameless) + " TCP listeners show no process"
            + grantFor(reading.result.check, reading.host.user));
    for (model::Listener& listener : listeners)
        listener.container = reading.result.container;
    append(reading.host.listeners, std::move(listeners), reading.index);
}

void readConnections(const Reading& reading)
{
    const std::string_view output = reading.result.output;
    const bool isSs = !output.starts_with("@@ netstat") && !output.starts_with("@@ /proc");
    append(reading.host.connections, isSs ? parseSsConnections(output) : parseOtherConnections(output), reading.index);
}

void readProcesses(const Reading& reading)
{
    append(reading.host.processes, parseProcesses(reading.result.output), reading.index);
}

/// A newer look at the same unit takes the older one's place.
void readUnits(const Reading& reading)
{
    std::vector<model::Unit>& units = reading.host.units;
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < units.size(); ++i)
        known[units[i].name] = i;
    for (model::Unit& unit : parseUnits(reading.result.output)) {
        unit.source.check = reading.index;
        const auto [older, isNew] = known.try_emplace(unit.name, units.size());
        if (isNew)
            units.push_back(std::move(unit));
        else
            units[older->second] = std::move(unit);
    }
}

void readJournal(const Reading& reading)
{
    auto lines = parseJournal(reading.result.output, reading.clock);
    // Warnings of the service manager stand in both parts of the output.
    std::set<std::tuple<std::optional<base::TimePoint>, std::string, std::string>> seen;
    std::erase_if(lines, [&](const model::LogLine& line) {
        return !seen.insert({ line.at, line.place, line.text }).second;
    });
    std::stable_sort(lines.begin(), lines.end(),
        [](const model::LogLine& a, const model::LogLine& b) { return a.at < b.at; });
    append(reading.host.changes, changesOf(lines, reading.host.bootedAt), reading.index);
    append(reading.host.logs, std::move(lines), reading.index);
}

void readKernelLog(const Reading& reading)
{
    append(reading.host.logs, parseKernelLog(reading.result.output, reading.clock), reading.index);
}

/// The unit's own log is about the unit, whoever of its processes wrote a line; it replaces what the general journal had.
void readUnitLog(const Reading& reading)
{
    auto lines = parseJournal(reading.result.output, reading.clock);
    std::set<std::pair<std::optional<base::TimePoint>, std::string>> seen;
    for (model::LogLine& line : lines) {
        line.place = textOf(reading.result.subject);
        seen.insert({ line.at, line.text });
    }
    std::erase_if(reading.host.logs, [&](const model::LogLine& line) {
        return line.origin == model::LogOrigin::Journal && seen.contains({ line.at, line.text });
    });
    append(reading.host.logs, std::move(lines), reading.index);
}

void readLogFile(const Reading& reading)
{
    append(reading.host.logs,
        parseLogFile(reading.result.output, textOf(reading.result.subject), reading.clock), reading.index);
}

void readProcessLog(const Reading& reading)
{
    append(reading.host.logs,
        parseProcessLog(reading.result.output, std::atoi(reading.result.subject.c_str()), reading.clock), reading.index);
}

void readContainerLog(const Reading& reading)
{
    append(reading.host.logs,
        parseContainerLog(reading.result.output + reading.result.errorOutput, textOf(reading.result.subject),
            reading.clock),
        reading.index);
}

void readResources(const Reading& reading)
{
    model::Resources resources = parseResources(reading.result.output);
    resources.source.check = reading.index;
    setDiskUse(resources, reading.host.fileSystems);
    reading.host.resources = std::move(resources);
}

void readCpuSample(const Reading& reading)
{
    for (const Line& line : linesOf(reading.result.output))
        if (const auto ticks = cpuTicksOf(line.text))
            reading.cpuSamples.push_back(*ticks);
}

void readCpuGroups(const Reading& reading)
{
    std::vector<model::CpuGroup> groups = parseCpuGroups(reading.result.output);
    for (model::CpuGroup& group : groups)
        group.source.check = reading.index;
    addLaterLook(reading.host.cpuGroups, std::move(groups));
}

void readFileSystems(const Reading& reading)
{
    append(reading.host.fileSystems, parseFileSystems(reading.result.output), reading.index);
    append(reading.host.logFiles, parseLogFiles(reading.result.output), reading.index);
    setDiskUse(reading.host.resources, reading.host.fileSystems);
}

void readFirewall(const Reading& reading)
{
    append(reading.host.firewall, parseFirewall(reading.result.output), reading.index);
}

void readNeighbours(const Reading& reading)
{
    append(reading.host.neighbours, parseNeighbours(reading.result.output), reading.index);
}

/// Old workers of Apache and HAProxy finish what they have: the newest one read the configuration last.
std::optional<base::TimePoint> loadedAt(const std::vector<model::Process>& processes, int master)
{
    std::optional<base::TimePoint> newest;
    for (const model::Process& process : processes)
        if (master != 0 && process.startedAt && (process.parent == master || process.pid == master)
            && (!newest || *process.startedAt > *newest))
            newest = process.startedAt;
    return newest;
}

void readProxyConfig(const Reading& reading, const std::string& software)
{
    ProxyInstances instances = parseProxyDump(reading.result.output, software);
    for (std::size_t i = 0; i < instances.configs.size(); ++i) {
        model::SoftwareConfig& config = instances.configs[i];
        config.loadedAt = software == "nginx" ? nginxLoadedAt(reading.host.processes, instances.pids[i])
                                              : loadedAt(reading.host.processes, instances.pids[i]);
        config.container = instances.containers[i];
        for (model::ConfigFile& file : config.files) {
            file.source.check = reading.index;
            if (file.path.ends_with("/.htaccess"))
                file.modifiedAt.reset(); // read at each request: never older than what runs
        }
    }
    for (const std::string& path : instances.unreadable)
        reading.addGap("cannot read " + path + grantFor(reading.result.check, reading.host.user));
    if (instances.isTestDenied)
        reading.addGap(software + "'s test of its configuration needs files that " + reading.host.user + " may not read"
            + grantFor(reading.result.check, reading.host.user));
    if (instances.elsewhere > 0)
        reading.addGap(std::to_string(instances.elsewhere) + " " + software
            + " in a container of its own: its configuration could not be read"
            + grantFor(base::CheckId(id::containers), reading.host.user));
    append(reading.host.configs, std::move(instances.configs), reading.index);
}

/// Files, and the answers of an interface among them.
void readInterfaceProxy(const Reading& reading, const std::string& software)
{
    ProxyInstances instances = parseProxyDump(reading.result.output, software);
    for (std::size_t i = 0; i < instances.configs.size(); ++i) {
        model::SoftwareConfig& config = instances.configs[i];
        config.container = reading.result.container;
        for (const model::Process& process : reading.host.processes)
            if (process.pid == instances.pids[i] && config.container.empty())
                config.container = process.container;
        for (model::ConfigFile& file : config.files)
            file.source.check = reading.index;
        append(reading.host.serverReports, serverReportsOf(config), reading.index);
    }
    for (const std::string& path : instances.unreadable)
        reading.addGap("cannot read " + path + grantFor(reading.result.check, reading.host.user));
    append(reading.host.configs, std::move(instances.configs), reading.index);
}

void readCaddyConfig(const Reading& reading) { readInterfaceProxy(reading, "caddy"); }
void readTraefikConfig(const Reading& reading) { readInterfaceProxy(reading, "traefik"); }
void readEnvoyConfig(const Reading& reading) { readInterfaceProxy(reading, "envoy"); }

void readNginxConfig(const Reading& reading) { readProxyConfig(reading, "nginx"); }
void readApacheConfig(const Reading& reading) { readProxyConfig(reading, "apache"); }
void readHaproxyConfig(const Reading& reading) { readProxyConfig(reading, "haproxy"); }

void readHaproxyStatus(const Reading& reading)
{
    append(reading.host.serverReports, parseHaproxyStatus(reading.result.output, reading.clock.now), reading.index);
}

void readPhpFpmConfig(const Reading& reading)
{
    auto configs = parsePhpFpmFiles(reading.result.output);
    for (model::SoftwareConfig& config : configs) {
        for (model::ConfigFile& file : config.files)
            file.source.check = reading.index;
    }
    append(reading.host.configs, std::move(configs), reading.index);
}

void readAppSettings(const Reading& reading)
{
    append(reading.host.settings, parseAppSettings(reading.result.output), reading.index);
}

void readRuntimes(const Reading& reading)
{
    Runtimes runtimes = parseRuntimes(reading.result.output);
    reading.host.versions = std::move(runtimes.versions);
    append(reading.host.javaMemory, std::move(runtimes.javaMemory), reading.index);
}

void readContainers(const Reading& reading)
{
    ContainerFacts found = parseContainers(reading.result.output);
    append(reading.host.changes, changesOf(found.containers), reading.index);
    append(reading.host.containers, std::move(found.containers), reading.index);
    append(reading.host.containerNetworks, std::move(found.networks), reading.index);
    append(reading.host.containerListeners, std::move(found.listeners), reading.index);
    append(reading.host.containerConnections, std::move(found.connections), reading.index);
}

template <class T> void setSource(std::vector<T>& objects, std::size_t check)
{
    for (T& object : objects)
        object.meta.source.check = check;
}

void readKubernetes(const Reading& reading)
{
    ClusterReading read = parseCluster(reading.result.output, reading.host.user);
    for (std::string& gap : read.gaps)
        reading.addGap(std::move(gap));
    model::cluster::Cluster& cluster = read.cluster;
    if (cluster.read.empty())
        return;
    cluster.source.check = reading.index;
    for (model::cluster::Event& event : cluster.events)
        event.source.check = reading.index;
    setSource(cluster.pods, reading.index);
    setSource(cluster.services, reading.index);
    setSource(cluster.slices, reading.index);
    setSource(cluster.workloads, reading.index);
    setSource(cluster.routes, reading.index);
    setSource(cluster.gateways, reading.index);
    setSource(cluster.nodes, reading.index);
    setSource(cluster.policies, reading.index);
    setSource(cluster.destinationRules, reading.index);
    setSource(cluster.peerAuthentications, reading.index);
    setSource(cluster.accessPolicies, reading.index);
    setSource(cluster.linkerdServers, reading.index);
    append(reading.host.changes, clusterChanges(cluster), reading.index);
    reading.host.clusters.push_back(std::move(cluster));
}

/// The place is the pod's, whichever of its runs wrote it.
void readClusterLog(const Reading& reading)
{
    std::string place = textOf(reading.result.subject);
    if (place.ends_with("/previous"))
        place.resize(place.size() - 9);
    append(reading.host.logs, parseContainerLog(reading.result.output, place, reading.clock), reading.index);
}

void readChanges(const Reading& reading)
{
    append(reading.host.changes, parseChanges(reading.result.output, reading.clock), reading.index);
}

void readAppChanges(const Reading& reading)
{
    append(reading.host.changes, parseAppChanges(reading.result.output, reading.result.subject), reading.index);
}

void readFileStatus(const Reading& reading)
{
    append(reading.host.files, parseFileStatus(reading.result.output), reading.index);
}

/// A newer look at the same socket takes the older one's place: queues move.
void readListenerQueue(const Reading& reading)
{
    // one port's or path's: few on any real host
    for (model::Listener& listener : parseSsListeners(std::string_view(reading.result.output).substr(0, 32 * 1024))) {
        listener.source.check = reading.index;
        const auto older = std::find_if(reading.host.listeners.begin(), reading.host.listeners.end(),
            [&](const model::Listener& each) {
                return each.kind == listener.kind && each.address == listener.address && each.port == listener.port
                    && each.path == listener.path;
            });
        if (older != reading.host.listeners.end()) {
            listener.user = older->user;
            listener.unit = older->unit;
            listener.earlierQueues = std::move(older->earlierQueues);
            if (older->receiveQueue)
                listener.earlierQueues.push_back(*older->receiveQueue);
            *older = std::move(listener);
        } else {
            reading.host.listeners.push_back(std::move(listener));
        }
    }
    auto connections = parseSsConnections(std::string_view(reading.result.output).substr(0, 64 * 1024));
    for (model::Connection& each : connections) {
        each.source.check = reading.index;
        const bool isKnown = std::any_of(reading.host.connections.begin(), reading.host.connections.end(),
            [&](const model::Connection& old) {
                return old.localAddress == each.localAddress && old.localPort == each.localPort
                    && old.remoteAddress == each.remoteAddress && old.remotePort == each.remotePort;
            });
        if (!isKnown)
            reading.host.connections.push_back(std::move(each));
    }
}

void readHopProbe(const Reading& reading)
{
    append(reading.facts.probes, parseHopProbes(reading.result), reading.index);
}

/// The neighbour entry as the attempt left it: FAILED where nobody answered for the address.
void readHopRoute(const Reading& reading)
{
    const std::string_view output = reading.result.output;
    for (model::Neighbour& neighbour : parseNeighbours(output)) {
        neighbour.source.check = reading.index;
        std::erase_if(reading.host.neighbours,
            [&](const model::Neighbour& older) { return older.address == neighbour.address; });
        reading.host.neighbours.push_back(std::move(neighbour));
    }
    if (auto answer = parseRouteAnswer(output)) {
        answer->source.check = reading.index;
        reading.host.routeAnswers.push_back(std::move(*answer));
    }
}

using Reader = void (*)(const Reading&);

const std::map<std::string_view, Reader>& readers()
{
    static const std::map<std::string_view, Reader> table {
        { id::identity, readIdentity },
        { id::network, readNetwork },
        { id::names, readNames },
        { id::listeners, readListeners },
        { id::connections, readConnections },
        { id::processes, readProcesses },
        { id::units, readUnits },
        { id::journal, readJournal },
        { id::kernelLog, readKernelLog },
        { id::resources, readResources },
        { id::fileSystems, readFileSystems },
        { id::firewall, readFirewall },
        { id::neighbours, readNeighbours },
        { id::nginxConfig, readNginxConfig },
        { id::caddyConfig, readCaddyConfig },
        { id::traefikConfig, readTraefikConfig },
        { id::envoyConfig, readEnvoyConfig },
        { id::apacheConfig, readApacheConfig },
        { id::haproxyConfig, readHaproxyConfig },
        { id::haproxyStatus, readHaproxyStatus },
        { id::phpFpmConfig, readPhpFpmConfig },
        { id::containers, readContainers },
        { id::appSettings, readAppSettings },
        { id::runtimes, readRuntimes },
        { id::kubernetes, readKubernetes },
        { id::clusterLog, readClusterLog },
        { id::changes, readChanges },
        { id::cpuSample, readCpuSample },
        { id::cpuGroups, readCpuGroups },
        { id::hopCaller, readHopProbe },
        { id::hopCallee, readHopProbe },
        { id::hopLoopback, readHopProbe },
        { id::hopRoute, readHopRoute },
        { id::socketStatus, readFileStatus },
        { id::listenerQueue, readListenerQueue },
        { id::unitState, readUnits },
        { id::unitLog, readUnitLog },
        { id::proxyErrorLog, readLogFile },
        { id::proxyAccessLog, readLogFile },
        { id::appLog, readLogFile },
        { id::processLog, readProcessLog },
        { id::containerLog, readContainerLog },
        { id::appChanges, readAppChanges },
    };
    return table;
}

/// A control group has a container's id; all else goes by its name.
void nameContainersOfConfigs(HostFacts& host)
{
    for (model::SoftwareConfig& config : host.configs)
        for (const model::Container& container : host.containers)
            if (!config.container.empty() && config.container.size() >= 12 && container.id.starts_with(config.container.substr(0, 12)))
                config.container = container.name;
}

/// Journal lines name the program; where its process still runs, its unit is known.
void nameUnitsOfLines(HostFacts& host)
{
    std::set<std::string> units;
    for (const model::Unit& unit : host.units)
        units.insert(unit.name);
    for (model::LogLine& line : host.logs) {
        if (line.origin == model::LogOrigin::Journal && line.place.find('.') == std::string::npos
            && units.contains(line.place + ".service"))
            line.place += ".service";
    }
}

/// A loopback address is every host's: it says nothing of which one the user comes to.
std::vector<std::string> addressesOfUrl(const model::DnsAnswer& dns)
{
    std::vector<std::string> addresses;
    for (const std::vector<std::string>* family : { &dns.ipv4Addresses, &dns.ipv6Addresses })
        std::copy_if(family->begin(), family->end(), std::back_inserter(addresses),
            [](const std::string& each) { return !each.starts_with("127.") && each != "::1"; });
    return addresses;
}

}

model::Facts factsFrom(const model::Capture& capture)
{
    model::Facts facts;
    facts.front = frontOf(capture.outside);
    facts.urlAddresses = addressesOfUrl(capture.outside.dns);
    std::map<base::HostId, HostClock> clocks;
    std::map<base::HostId, std::vector<CpuTicks>> cpuSamples;
    for (const model::HostSession& session : capture.sessions) {
        if (!session.isReachable())
            continue;
        facts.hosts[session.host].host = session.host;
        facts.hosts[session.host].user = textOf(session.user);
    }
    // The clock is needed by every log, whatever came first.
    for (const CheckResult& result : capture.checks) {
        if (result.check.value() == id::identity)
            clocks[result.host] = parseIdentity(result.output).clock;
    }
    for (std::size_t i = 0; i < capture.checks.size(); ++i) {
        const CheckResult& result = capture.checks[i];
        HostFacts& host = facts.hosts[result.host];
        host.host = result.host;
        const auto reader = readers().find(result.check.value());
        if (reader != readers().end())
            reader->second({ result, i, clocks[result.host], host, facts, cpuSamples[result.host] });
        if (auto gap = gapOf(result, host.user))
            facts.gaps.push_back(std::move(*gap));
    }
    for (auto& [name, host] : facts.hosts) {
        for (const FailedReload& each : failedReloads(host))
            host.changes.push_back({ each.at, {}, each.software + " refused to load its configuration and went on with the old one: " + each.reason,
                each.look, each.source });
        for (model::Change& change : host.changes)
            change.host = name;
        std::stable_sort(host.changes.begin(), host.changes.end(),
            [](const model::Change& a, const model::Change& b) { return a.at > b.at; });
        nameContainersOfConfigs(host);
        nameSupervisedProcesses(host);
        nameClusterSockets(host);
        nameUnitsOfLines(host);
        nameListenersOwners(host);
        const std::vector<CpuTicks>& samples = cpuSamples[name];
        if (samples.size() >= 2)
            setCpuUse(host.resources, samples[samples.size() - 2], samples.back());
    }
    return facts;
}

}

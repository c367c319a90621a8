#include "core/discovery/chain.h"

#include "core/discovery/address.h"
#include "core/discovery/appruntime.h"
#include "core/discovery/containersoftware.h"
#include "core/discovery/dependency.h"
#include "core/discovery/owner.h"
#include "core/discovery/proxyload.h"
#include "core/parse/configdump.h"
#include "core/parse/containerlinks.h"

#include <charconv>
#include <algorithm>

namespace hopscope::discovery {

namespace {
constexpr int maximumDepth = 16;
constexpr std::size_t maximumNodes = 2000;

using model::Hop;
using model::Node;
using model::NodeKind;
using model::Protocol;

std::string listenText(const ProxyListener& listener)
{
    return model::Endpoint { listener.address, listener.port, listener.path }.text();
}

std::string listenText(const model::Listener& listener)
{
    if (listener.kind == model::SocketKind::Unix)
        return "unix:" + listener.path;
    return model::Endpoint { plainAddress(listener.address), listener.port, {} }.text();
}

/// "app1/node:3000", "app1/php-fpm:/run/php/php8.2-fpm.sock"
base::NodeId nodeId(const base::HostId& host, const std::string& software, const model::Endpoint& at)
{
    return base::NodeId(host.value() + "/" + software + ":" + (at.isUnix() ? at.path : std::to_string(at.port)));
}

/// What an app's unit waits for at boot: "starts after postgresql.service". Databases and caches only.
std::string startOrder(const HostIndex& host, const Node& node)
{
    const model::Unit* unit = node.kind == NodeKind::App && !node.unit.empty() ? host.unit(node.unit) : nullptr;
    std::string names;
    for (const std::string& name : unit ? unit->after : std::vector<std::string>())
        if (const model::Unit* earlier = host.unit(name)) {
            const NodeKind kind = softwareOf(*earlier).kind;
            if (kind == NodeKind::Database || kind == NodeKind::Cache)
                names += (names.empty() ? "starts after " : " and ") + name;
        }
    return names;
}
}

Chain::Chain(const Fleet& fleet)
    : m_fleet(fleet)
    , m_sites(fleet)
{
    for (const FleetProxy& proxy : fleet.proxies())
        for (model::ConfigWarning& warning : proxy.proxy->warnings())
            m_result.warnings.push_back(std::move(warning));
}

std::size_t Chain::addNode(Node node)
{
    const auto [found, isNew] = m_nodes.emplace(node.id.value(), m_result.topology.nodes.size());
    if (isNew)
        m_result.topology.nodes.push_back(std::move(node));
    else
        for (const std::string& source : node.sources)
            addSource(m_result.topology.nodes[found->second], source);
    if (!isNew && m_result.topology.nodes[found->second].note.empty())
        m_result.topology.nodes[found->second].note = std::move(node.note);
    return found->second;
}

void Chain::addSource(Node& node, const std::string& source)
{
    if (std::find(node.sources.begin(), node.sources.end(), source) == node.sources.end())
        node.sources.push_back(source);
}

/// The first one of an id stays: what is on path comes before what is not.
void Chain::addHop(Hop hop)
{
    hop.id = base::HopId(hop.from.value() + ">" + hop.to.value());
    const auto [found, isNew] = m_hops.emplace(hop.id.value(), m_result.topology.hops.size());
    if (isNew)
        m_result.topology.hops.push_back(std::move(hop));
    else if (hop.isOnPath && !m_result.topology.hops[found->second].isOnPath)
        m_result.topology.hops[found->second] = std::move(hop);
}

std::size_t Chain::clientNode()
{
    Node node;
    node.id = base::NodeId("client");
    node.kind = NodeKind::Client;
    node.software = "browser";
    node.label = "your computer";
    return addNode(std::move(node));
}

std::size_t Chain::boundaryNode(const Request& request)
{
    Node node;
    const std::vector<std::string>& addresses = m_fleet.facts().urlAddresses;
    node.id = base::NodeId("boundary:" + std::to_string(request.port));
    node.kind = NodeKind::LoadBalancer;
    node.software = "unknown";
    node.address = addresses.empty() ? std::string() : model::Endpoint { addresses.front(), request.port, {} }.text();
    node.label = "load balancer or CDN for " + request.host;
    node.note = "boundary: not in the profile; none of its hosts has "
        + (addresses.empty() ? "the url's address" : addresses.front());
    if (const model::Front& front = m_fleet.facts().front; !front.software.empty()) {
        node.software = front.software;
        if (front.isCertain)
            node.label = front.name + " for " + request.host;
        node.note += " (" + front.signs.front() + ")";
        node.sources = { "response" };
    }
    return addNode(std::move(node));
}

std::size_t Chain::proxyNode(const FleetProxy& proxy, const ProxyListener& listener)
{
    if (!proxy.config->container.empty())
        return containerProxyNode(proxy, listener);
    Node node;
    const model::SoftwareConfig& config = *proxy.config;
    node.id = nodeId(proxy.host, config.software, { listener.address, listener.port, listener.path });
    if (const auto known = m_nodes.find(node.id.value()); known != m_nodes.end())
        return known->second;
    node.kind = NodeKind::Proxy;
    node.software = config.software;
    node.version = config.version;
    node.host = proxy.host;
    node.address = listenText(listener);
    node.label = displayName(config.software) + " on " + proxy.host.value();
    node.sources = { "config" };
    const HostIndex* host = m_fleet.host(proxy.host);
    if (!host)
        return addNode(std::move(node));
    std::vector<const model::Listener*> sockets
        = listener.path.empty() ? host->accepting(listener.address, listener.port) : host->accepting(listener.path);
    if (!sockets.empty()) {
        const SocketOwner owner = host->ownerOf(*sockets.front());
        node.address = listenText(*sockets.front());
        node.sources.push_back("listener");
        if (owner.process) {
            node.pid = owner.process->pid;
            node.workingDirectory = owner.process->workingDirectory;
            node.sources.push_back("process");
        }
        node.unit = owner.unit;
        node.user = owner.user;
        node.container = owner.container;
    }
    if (node.unit.empty())
        for (const model::Unit& unit : host->facts().units)
            if (unit.name.ends_with(".service") && unit.loadState != "not-found"
                && softwareOf(unit).id == config.software) {
                node.unit = unit.name;
                node.sources.push_back("unit");
                if (sockets.empty())
                    node.note = "nothing listens there; " + unit.name + " is "
                        + (unit.activeState.empty() ? "of unknown state" : unit.activeState);
                break;
            }
    return addNode(std::move(node));
}

std::size_t Chain::ownerNode(const base::HostId& hostId, const model::Listener& listener)
{
    const HostIndex& host = *m_fleet.host(hostId);
    SocketOwner owner = host.ownerOf(listener);
    const model::Endpoint at { {}, listener.port, listener.path };
    if (!owner.process && owner.unit.empty() && owner.container.empty()) {
        // Without root a socket's process is not shown: a running unit that speaks of this port is as good.
        const std::vector<OwnerCandidate> candidates = likelyOwners(host.facts(), at);
        const OwnerCandidate* surest = surestOwner(candidates);
        if (surest && surest->kind == OwnerCandidate::Kind::RunningUnit) {
            owner.unit = surest->unit;
            owner.process = host.process(surest->pid);
            if (owner.process)
                owner.user = owner.process->user;
            if (owner.software.id == "unknown")
                owner.software = surest->software;
        }
    }
    Software software = owner.software;
    if (software.id == "unknown" && softwareByPort(listener.port).id != "unknown" && !owner.process)
        software = softwareByPort(listener.port);
    Node node;
    node.software = software.id;
    node.kind = software.kind;
    node.label = displayName(software.id) + " on " + hostId.value();
    node.sources = { "listener" };
    // One that uses the host's network: its sockets are the host's own.
    node.container = owner.container;
    if (const model::Container* container = parse::containerNamed(host.facts(), owner.container)) {
        node.container = container->name;
        node.label = displayName(software.id) + " in container " + container->name + " on " + hostId.value();
        node.sources.push_back("container");
    }
    node.id = nodeId(hostId, node.software == "unknown" ? "app" : node.software, at);
    node.host = hostId;
    node.address = listenText(listener);
    if (owner.process) {
        node.pid = owner.process->pid;
        node.workingDirectory = owner.process->workingDirectory;
        node.sources.push_back("process");
        if (software.id == "unknown" && !owner.process->name.empty())
            node.label = owner.process->name + " on " + hostId.value();
    }
    node.unit = owner.unit;
    if (!node.unit.empty())
        node.sources.push_back("unit");
    node.user = owner.user;
    return addNode(std::move(node));
}

/// A container, however it was reached: by a published port, by its name or address, or by itself.
std::size_t Chain::containerNode(const base::HostId& hostId, const model::Container& container, base::Port port)
{
    const HostIndex& host = *m_fleet.host(hostId);
    const Software software = softwareOf(container, host.facts());
    Node node;
    node.id = nodeId(hostId, container.name, { {}, port, {} });
    node.software = software.id == "unknown" ? "docker" : software.id;
    node.kind = software.kind;
    node.host = hostId;
    node.container = container.name;
    node.containerPort = port;
    const std::string address = parse::addressFor(container, nullptr);
    node.address = address.empty() ? std::string() : model::Endpoint { address, port, {} }.text();
    node.label = (software.id == "unknown" ? "container " : displayName(software.id) + " in container ") + container.name
        + " on " + hostId.value();
    node.pid = container.pid.value_or(0);
    node.user = container.user;
    node.workingDirectory = hostFolderOf(container);
    node.sources = { "container" };
    if (!parse::listenersInside(host.facts(), container, port).empty())
        node.sources.push_back("listener");
    if (container.state != "running")
        node.note = "the container is " + container.state
            + (container.exitCode ? " (exit code " + std::to_string(*container.exitCode) + ")" : "");
    else if (!container.health.empty() && container.health != "healthy")
        node.note = "the container's health check says " + container.health;
    return addNode(std::move(node));
}

std::size_t Chain::containerProxyNode(const FleetProxy& proxy, const ProxyListener& listener)
{
    const HostIndex* host = m_fleet.host(proxy.host);
    const model::Container* container
        = host ? parse::containerNamed(host->facts(), proxy.config->container) : nullptr;
    Node node;
    if (container) {
        node = m_result.topology.nodes[containerNode(proxy.host, *container, listener.port)];
    } else {
        node.id = nodeId(proxy.host, proxy.config->container, { listener.address, listener.port, listener.path });
        node.host = proxy.host;
        node.container = proxy.config->container;
        node.containerPort = listener.port;
    }
    node.kind = NodeKind::Proxy;
    node.software = proxy.config->software;
    node.version = proxy.config->version;
    node.label = displayName(proxy.config->software) + " in container " + node.container + " on " + proxy.host.value();
    addSource(node, "config");
    const std::size_t at = addNode(node);
    m_result.topology.nodes[at] = std::move(node);
    return at;
}

/// Nothing listens there (or nobody could look): who should.
std::size_t Chain::missingNode(const base::HostId& hostId, const model::Endpoint& target, const std::string& note)
{
    Node node;
    node.host = hostId;
    node.software = softwareByPort(target.port).id;
    node.kind = softwareByPort(target.port).kind;
    node.note = note;
    node.sources = { "config" };
    if (const HostIndex* host = m_fleet.host(hostId)) {
        node.note = "nothing listens there";
        const std::vector<OwnerCandidate> owners = likelyOwners(host->facts(), target);
        if (const OwnerCandidate* surest = surestOwner(owners)) {
            const OwnerCandidate& owner = *surest;
            node.unit = owner.unit;
            if (owner.software.id != "unknown") {
                node.software = owner.software.id;
                node.kind = owner.software.kind;
            }
            if (const model::Unit* unit = host->unit(owner.unit)) {
                node.user = unit->user;
                node.workingDirectory = unit->workingDirectory;
                node.sources.push_back("unit");
            }
            node.note += "; " + (owner.unit.empty() ? displayName(owner.software.id) : owner.unit) + " should: " + owner.why;
        }
    }
    node.address = model::Endpoint { {}, target.port, target.path }.isUnix() ? target.text() : std::string();
    node.id = nodeId(hostId, node.software == "unknown" ? "app" : node.software, target);
    node.label = displayName(node.software) + " on " + hostId.value();
    return addNode(std::move(node));
}

std::size_t Chain::externalNode(const model::Endpoint& target, const Destination& destination)
{
    Node node;
    node.id = base::NodeId(target.text());
    node.kind = NodeKind::External;
    node.software = softwareByPort(target.port).id;
    node.address = destination.addresses.empty() ? target.text()
                                                 : model::Endpoint { destination.addresses.front(), target.port, {} }.text();
    node.label = target.text() + " (not in the profile)";
    node.note = destination.addresses.empty() ? "boundary: what this name stands for is not known"
                                              : "boundary: no host of the profile has this address";
    node.sources = { "config" };
    return addNode(std::move(node));
}

std::size_t Chain::calleeNode(
    const base::HostId& caller, const model::Endpoint& endpoint, const Destination& destination)
{
    if (!destination.host)
        return externalNode(endpoint, destination);
    if (!m_fleet.host(*destination.host))
        return missingNode(*destination.host, endpoint,
            *destination.host == caller ? std::string() : "the host could not be reached over SSH");
    if (destination.container)
        return containerNode(*destination.host, *destination.container, destination.containerPort);
    if (!destination.accepting.empty())
        return ownerNode(*destination.host, *destination.accepting.front());
    if (const model::Container* hidden = destination.samePort.empty()
            ? unpublishedOwner(m_fleet.host(*destination.host)->facts(), endpoint.port)
            : nullptr) {
        const std::size_t node = containerNode(*destination.host, *hidden, endpoint.port);
        if (m_result.topology.nodes[node].note.empty())
            m_result.topology.nodes[node].note = "listens on port " + std::to_string(endpoint.port)
                + " inside its container, which does not publish it";
        return node;
    }
    if (!destination.samePort.empty())
        return ownerNode(*destination.host, *destination.samePort.front());
    return missingNode(*destination.host, endpoint, {});
}

const FleetProxy* Chain::proxyAt(const Destination& destination, const Request& request, ProxyListener& listener) const
{
    const HostIndex* host = destination.host ? m_fleet.host(*destination.host) : nullptr;
    if (!host)
        return nullptr;
    const FleetProxy* best = nullptr;
    NameMatch bestMatch = NameMatch::NoListener;
    for (const FleetProxy& each : m_fleet.proxies()) {
        const std::string within = destination.container ? destination.container->name : std::string();
        if (each.host != *destination.host || each.config->container != within)
            continue;
        if (!destination.accepting.empty() && !destination.container) {
            const Software software = host->ownerOf(*destination.accepting.front()).software;
            if (software.id != each.config->software && software.id != "unknown")
                continue; // another program holds the port
        }
        Request arriving = request;
        arriving.address = destination.address;
        if (destination.container)
            arriving.port = destination.containerPort;
        const ProxyRoute route = each.proxy->choose(arriving);
        if (route.match > bestMatch) {
            best = &each;
            bestMatch = route.match;
            listener = route.listener;
        }
    }
    return best;
}

/// Whom the proxy's processes run as; masters that are root aside where others are there.
const std::vector<std::string>& Chain::workerUsers(const FleetProxy& proxy)
{
    const auto [found, isNew] = m_workerUsers.try_emplace({ proxy.host.value(), proxy.config->software });
    if (const HostIndex* host = m_fleet.host(proxy.host); isNew && host) {
        for (const model::Process& process : host->facts().processes)
            if (process.user != "root" && softwareOf(process).id == proxy.config->software)
                found->second.push_back(process.user);
    }
    return found->second;
}

/// The workers' user as they run now; the configuration's where they can't be seen.
std::string Chain::callerUser(const FleetProxy& proxy, const std::string& declared)
{
    if (!proxy.config->container.empty())
        return declared; // the host's names for its user ids are not the container's
    const std::vector<std::string>& users = workerUsers(proxy);
    const bool isSeen = std::find(users.begin(), users.end(), declared) != users.end();
    return users.empty() || isSeen ? declared : users.front();
}

namespace {
/// What a note says in words ("answers 403 (/etc/haproxy/haproxy.cfg:12)"), as a value.
std::optional<model::OwnAnswer> answerIn(const std::string& note)
{
    constexpr std::string_view verb = "answers ";
    model::OwnAnswer own;
    int status = 0;
    if (!note.starts_with(verb))
        return std::nullopt;
    const char* const from = note.data() + verb.size();
    if (const auto [end, error] = std::from_chars(from, note.data() + note.size(), status); error != std::errc() || end != from + 3)
        return std::nullopt;
    own.status = status;
    own.isCertain = true;
    const std::size_t open = note.rfind(" (/");
    const std::size_t colon = note.rfind(':');
    if (open != std::string::npos && colon != std::string::npos && colon > open && note.ends_with(')')) {
        own.place.file = note.substr(open + 2, colon - open - 2);
        std::from_chars(note.data() + colon + 1, note.data() + note.size() - 1, own.place.line);
    }
    return own;
}
}

void Chain::noteAnswers(Node& node, const ProxyRoute& route)
{
    if (!route.note.empty() && node.note.empty())
        node.note = route.note;
    for (const model::OwnAnswer& own : route.ownAnswers)
        if (std::find(node.ownAnswers.begin(), node.ownAnswers.end(), own) == node.ownAnswers.end())
            node.ownAnswers.push_back(own);
    if (route.ownAnswers.empty())
        if (std::optional<model::OwnAnswer> own = answerIn(route.note))
            node.ownAnswers.push_back(std::move(*own));
    node.isUnknownName = node.isUnknownName || route.isUnknownName;
}

void Chain::enterProxy(std::size_t node, const FleetProxy& proxy, const Request& request, int depth)
{
    const base::NodeId id = m_result.topology.nodes[node].id;
    if (depth > maximumDepth || !m_entered.insert(id.value() + " " + request.hostText + " " + request.target()).second)
        return;
    const HostIndex* host = m_fleet.host(proxy.host);
    const ProxyRoute route = proxy.proxy->route(request, host ? &host->facts() : nullptr);
    noteAnswers(m_result.topology.nodes[node], route);
    const std::string here = id.value() + " " + request.hostText + " " + request.path;
    m_open.push_back(here);
    for (const model::ConfigWarning& warning : route.warnings)
        if (std::find(m_result.warnings.begin(), m_result.warnings.end(), warning) == m_result.warnings.end())
            m_result.warnings.push_back(warning);
    std::set<std::string> onPath;
    for (const ProxyTarget& target : route.targets) {
        if (target.isOnPath) {
            onPath.insert(target.declared.endpoint.text());
            addTarget(node, proxy, target, depth);
        } else if (!onPath.contains(target.declared.endpoint.text())) {
            addTarget(proxyNode(proxy, target.from), proxy, target, depth);
        }
    }
    m_open.pop_back();
}

/// Whether a request that comes here has been here before on its way: as it was, or (with a path that grows) twice.
bool Chain::comesBack(const base::NodeId& node, const Request& request) const
{
    const std::string prefix = node.value() + " " + request.hostText + " ";
    const auto visits = std::count_if(m_open.begin(), m_open.end(), [&](const std::string& each) { return each.starts_with(prefix); });
    return visits >= 2 || std::find(m_open.begin(), m_open.end(), prefix + request.path) != m_open.end();
}

void Chain::addTarget(std::size_t from, const FleetProxy& proxy, const ProxyTarget& target, int depth)
{
    if (m_result.topology.nodes.size() > maximumNodes)
        return;
    const Destination destination
        = m_fleet.destination(proxy.host, target.declared.endpoint, proxy.config->container);
    ProxyListener listener;
    const FleetProxy* next = proxyAt(destination, target.next, listener);
    const auto arrival = next ? std::nullopt : m_sites.at(proxy.host, target.declared.endpoint, destination.addresses);
    const std::size_t to = next ? proxyNode(*next, listener)
        : arrival               ? enterCluster(*arrival, target.next, target.isOnPath && !target.isMirror)
                                : calleeNode(proxy.host, target.declared.endpoint, destination);
    Hop hop;
    hop.from = m_result.topology.nodes[from].id;
    hop.to = m_result.topology.nodes[to].id;
    hop.protocol = target.protocol;
    hop.group = target.group;
    hop.isOnPath = target.isOnPath;
    hop.declared = target.declared;
    hop.reported = target.reported;
    hop.declared.callerUser = callerUser(proxy, target.declared.callerUser);
    for (const model::Listener* each : destination.accepting)
        hop.listening.push_back(*each);
    Request arriving = target.next;
    arriving.address = destination.address;
    if (destination.container)
        arriving.port = destination.containerPort;
    hop.isLoop = next && target.isOnPath && !target.isMirror && comesBack(hop.to, arriving);
    addHop(std::move(hop));
    if (next && target.isOnPath && !target.isMirror) {
        enterProxy(to, *next, arriving, depth + 1);
    }
}

std::size_t Chain::entryNode(const Entry& entry)
{
    const HostIndex* host = m_fleet.host(entry.host);
    const model::Endpoint endpoint { entry.request.address, entry.request.port, {} };
    if (!host)
        return missingNode(entry.host, endpoint, "the host could not be reached over SSH");
    const std::string address = entry.request.address;
    std::vector<const model::Listener*> sockets
        = address.empty() ? host->onPort(endpoint.port) : host->accepting(address, endpoint.port);
    if (sockets.empty())
        sockets = host->onPort(endpoint.port);
    if (entry.proxy && !entry.proxy->config->container.empty()) {
        const std::optional<Request> arriving = m_fleet.arriving(*entry.proxy, entry.request);
        return proxyNode(*entry.proxy, entry.proxy->proxy->choose(arriving.value_or(entry.request)).listener);
    }
    if (!entry.proxy)
        if (const Destination inside
            = m_fleet.destination(entry.host, { address.empty() ? "127.0.0.1" : address, endpoint.port, {} });
            inside.container && inside.host == entry.host)
            return containerNode(entry.host, *inside.container, inside.containerPort);
    if (entry.proxy) {
        const Software holder = sockets.empty() ? Software() : host->ownerOf(*sockets.front()).software;
        if (sockets.empty() || holder.id == entry.proxy->config->software || holder.id == "unknown")
            return proxyNode(*entry.proxy, entry.proxy->proxy->choose(entry.request).listener);
        const std::size_t node = ownerNode(entry.host, *sockets.front());
        m_result.topology.nodes[node].note = displayName(entry.proxy->config->software)
            + " is configured for this port too, but " + displayName(holder.id) + " holds it";
        return node;
    }
    return sockets.empty() ? missingNode(entry.host, endpoint, {}) : ownerNode(entry.host, *sockets.front());
}

/// A cluster's part of the chain; gives the node where callers come in.
std::size_t Chain::enterCluster(const kubernetes::Arrival& arrival, const Request& request, bool isOnPath)
{
    kubernetes::ClusterMap map(*arrival.cluster);
    const base::NodeId entrance = isOnPath ? map.follow(arrival.entrance, request) : map.enter(arrival.entrance);
    model::Topology part = map.take();
    for (Node& node : part.nodes)
        if (m_result.topology.nodes.size() < maximumNodes)
            addNode(std::move(node));
    for (Hop& hop : part.hops)
        if (m_nodes.contains(hop.from.value()) && m_nodes.contains(hop.to.value()))
            addHop(std::move(hop));
    return m_nodes.at(entrance.value());
}

/// Where no proxy of the profile's hosts takes the url and a cluster does.
bool Chain::startInCluster(const Request& request, const EntrySearch& search)
{
    const bool hasProxy = std::any_of(
        search.entries.begin(), search.entries.end(), [](const Entry& entry) { return entry.proxy != nullptr; });
    const auto arrival = hasProxy ? std::nullopt : m_sites.forUrl(request);
    // A rule's name says less than a program of ours that holds the port.
    const bool isHeld = std::any_of(search.entries.begin(), search.entries.end(), [&](const Entry& entry) {
        const HostIndex* host = m_fleet.host(entry.host);
        return host && !host->onPort(request.port).empty();
    });
    if (!arrival || (isHeld && !arrival->isByAddress))
        return false;
    const std::vector<std::string> addresses = m_sites.urlAddresses(request);
    std::size_t caller = clientNode();
    const std::vector<std::string> known = kubernetes::ClusterMap(*arrival->cluster).addressesOf(arrival->entrance);
    const bool isElsewhere = !arrival->isByAddress && !addresses.empty() && !known.empty()
        && std::none_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
               return m_sites.isNode(*arrival->cluster, address)
                   || std::find(known.begin(), known.end(), address) != known.end();
           });
    Hop hop;
    hop.protocol = request.isTls ? Protocol::Https : Protocol::Http;
    hop.isOnPath = true;
    hop.declared.requestHost = request.hostText;
    hop.declared.requestPath = request.target();
    hop.declared.serverName = request.serverName;
    hop.declared.endpoint = { addresses.empty() ? request.host : addresses.front(), request.port, {} };
    if (isElsewhere) {
        Hop outer = hop;
        const std::size_t boundary = boundaryNode(request);
        m_result.topology.nodes[boundary].note = "in front of the cluster: its own objects name other addresses";
        outer.from = m_result.topology.nodes[caller].id;
        outer.to = m_result.topology.nodes[boundary].id;
        outer.declared.verifiesCertificate = request.isTls;
        addHop(std::move(outer));
        caller = boundary;
        hop.declared.endpoint.host = known.front();
    }
    const std::size_t entrance = enterCluster(*arrival, request, false);
    hop.from = m_result.topology.nodes[caller].id;
    hop.to = m_result.topology.nodes[entrance].id;
    hop.declared.verifiesCertificate = request.isTls && !isElsewhere;
    addHop(std::move(hop));
    enterCluster(*arrival, request, true);
    return true;
}

void Chain::start(const Request& request, const EntrySearch& search)
{
    if (startInCluster(request, search))
        return;
    std::size_t caller = clientNode();
    const auto hopTo = [&](std::size_t to, const Request& sent, const model::Endpoint& endpoint) {
        Hop hop;
        hop.from = m_result.topology.nodes[caller].id;
        hop.to = m_result.topology.nodes[to].id;
        hop.protocol = sent.isTls ? Protocol::Https : Protocol::Http;
        hop.isOnPath = true;
        hop.declared.endpoint = endpoint;
        hop.declared.requestHost = sent.hostText;
        hop.declared.requestPath = sent.target();
        hop.declared.serverName = sent.serverName;
        hop.declared.verifiesCertificate = sent.isTls && !search.isBehindBoundary;
        return hop;
    };
    const std::vector<std::string>& addresses = m_fleet.facts().urlAddresses;
    const model::Endpoint urlEndpoint { addresses.empty() ? request.host : addresses.front(), request.port, {} };
    if (search.isBehindBoundary || search.entries.empty()) {
        const std::size_t boundary = boundaryNode(request);
        Hop hop = hopTo(boundary, request, urlEndpoint);
        hop.declared.verifiesCertificate = request.isTls;
        addHop(std::move(hop));
        caller = boundary;
    }
    for (const Entry& entry : search.entries) {
        const std::size_t node = entryNode(entry);
        model::Endpoint endpoint = urlEndpoint;
        if (!entry.request.address.empty())
            endpoint.host = entry.request.address;
        if (search.isBehindBoundary)
            endpoint = { {}, entry.request.port, {} };
        Hop hop = hopTo(node, entry.request, endpoint);
        if (search.entries.size() > 1)
            hop.group = request.host;
        if (const HostIndex* host = m_fleet.host(entry.host)) {
            const std::vector<const model::Listener*> sockets = entry.request.address.empty()
                ? host->onPort(entry.request.port)
                : host->accepting(entry.request.address, entry.request.port);
            for (const model::Listener* each : sockets)
                hop.listening.push_back(*each);
        }
        addHop(std::move(hop));
        if (entry.proxy && m_result.topology.nodes[node].software == entry.proxy->config->software)
            enterProxy(node, *entry.proxy, m_fleet.arriving(*entry.proxy, entry.request).value_or(entry.request), 0);
    }
    addDependencies();
    describeApps();
    describeProxies();
}

/// How busy the proxies are, by their own words.
void Chain::describeProxies()
{
    for (Node& node : m_result.topology.nodes) {
        if (node.kind != NodeKind::Proxy || !node.host || node.pid == 0)
            continue;
        for (const FleetProxy& proxy : m_fleet.proxies()) {
            const int master = parse::masterOf(*proxy.config);
            if (proxy.host != *node.host || proxy.config->software != node.software || proxy.config->container != node.container
                || (node.container.empty() && master != 0 && master != node.pid))
                continue;
            if (const std::string text = loadTextOf(*proxy.config); !text.empty())
                node.note += (node.note.empty() ? "" : "; ") + text;
            break;
        }
    }
}

/// Version, workers and limits of all that runs.
void Chain::describeApps()
{
    for (Node& node : m_result.topology.nodes) {
        const HostIndex* host = node.host && node.kind != NodeKind::Proxy ? m_fleet.host(*node.host) : nullptr;
        if (!host || node.pid == 0)
            continue;
        const AppRuntime runtime = appRuntime(*host, node);
        if (node.version.empty())
            node.version = runtime.version;
        std::string text = textOf(runtime);
        if (const std::string order = startOrder(*host, node); !order.empty())
            text += (text.empty() ? "" : ", ") + order;
        if (!text.empty())
            node.note += (node.note.empty() ? "" : "; ") + text;
    }
}

/// The folders of the scripts that FastCGI callers ask this node for.
std::vector<std::string> Chain::scriptFolders(const base::NodeId& app) const
{
    std::vector<std::string> folders;
    for (const Hop& hop : m_result.topology.hops)
        if (hop.to == app && hop.isOnPath && hop.declared.scriptFile.starts_with('/'))
            folders.push_back(hop.declared.scriptFile.substr(0, hop.declared.scriptFile.rfind('/')));
    return folders;
}

std::size_t Chain::dependencyNode(
    const base::HostId& caller, const Dependency& dependency, const Destination& destination)
{
    const std::size_t at = calleeNode(caller, dependency.endpoint, destination);
    Node& node = m_result.topology.nodes[at];
    // What the setting says of a service that can't be looked at.
    if (node.software == "unknown" && dependency.software.id != "unknown") {
        node.software = dependency.software.id;
        if (node.kind == NodeKind::App)
            node.kind = dependency.software.kind;
        if (node.host)
            node.label = displayName(node.software) + " on " + node.host->value();
    }
    return at;
}

/// What listens there decides, then what the setting says, then the port.
Protocol Chain::spokenTo(const Dependency& dependency, const Node& node)
{
    if (dependency.protocol == Protocol::Tls)
        return Protocol::Tls;
    const Protocol byNode = protocolOf({ node.software, node.kind });
    if (byNode != Protocol::Tcp)
        return byNode;
    if (dependency.protocol != Protocol::Tcp)
        return dependency.protocol;
    return node.software == "unknown" ? protocolOf(softwareByPort(dependency.endpoint.port)) : Protocol::Tcp;
}

/// Behind every app on the path: what it uses. Apps found so are looked behind as well.
void Chain::addDependencies()
{
    std::set<std::string> onPath;
    for (const Hop& hop : m_result.topology.hops)
        if (hop.isOnPath)
            onPath.insert(hop.to.value());
    constexpr std::size_t maximumHops = 200;
    for (std::size_t i = 0; i < m_result.topology.nodes.size(); ++i) {
        const Node app = m_result.topology.nodes[i];
        const HostIndex* host = app.host ? m_fleet.host(*app.host) : nullptr;
        if (!host || app.kind != NodeKind::App || !onPath.contains(app.id.value()))
            continue;
        for (const Dependency& dependency : dependenciesOf(m_fleet, *host, app, scriptFolders(app.id))) {
            if (++m_followed > maximumHops)
                return;
            const Destination destination = m_fleet.destination(*app.host, dependency.endpoint, app.container);
            const std::size_t to = dependencyNode(*app.host, dependency, destination);
            Node& node = m_result.topology.nodes[to];
            if (node.id == app.id || m_hops.contains(node.id.value() + ">" + app.id.value()))
                continue;
            for (const std::string& source : dependency.sources)
                addSource(node, source);
            Hop hop;
            hop.from = app.id;
            hop.to = node.id;
            hop.protocol = spokenTo(dependency, node);
            hop.group = dependency.group;
            hop.isOnPath = true;
            hop.declared.endpoint = dependency.endpoint;
            hop.declared.place = dependency.place;
            hop.declared.callerUser = app.user;
            hop.declared.requestHost = dependency.endpoint.host;
            for (const model::Listener* each : destination.accepting)
                hop.listening.push_back(*each);
            onPath.insert(node.id.value());
            addHop(std::move(hop));
        }
    }
}

}

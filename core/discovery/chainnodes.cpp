#include "core/discovery/chainnodes.h"

#include "core/discovery/address.h"
#include "core/discovery/containersoftware.h"
#include "core/discovery/dependency.h"
#include "core/discovery/owner.h"
#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
using model::Node;
using model::NodeKind;

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
}

std::size_t ChainNodes::add(Node node)
{
    const auto [found, isNew] = m_byId.emplace(node.id.value(), m_nodes.size());
    if (isNew)
        m_nodes.push_back(std::move(node));
    else
        for (const std::string& source : node.sources)
            addSource(m_nodes[found->second], source);
    if (!isNew && m_nodes[found->second].note.empty())
        m_nodes[found->second].note = std::move(node.note);
    return found->second;
}

void ChainNodes::addSource(Node& node, const std::string& source)
{
    if (std::find(node.sources.begin(), node.sources.end(), source) == node.sources.end())
        node.sources.push_back(source);
}

std::size_t ChainNodes::clientNode()
{
    Node node;
    node.id = base::NodeId("client");
    node.kind = NodeKind::Client;
    node.software = "browser";
    node.label = "your computer";
    return add(std::move(node));
}

std::size_t ChainNodes::boundaryNode(const Request& request)
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
    return add(std::move(node));
}

std::size_t ChainNodes::proxyNode(const FleetProxy& proxy, const ProxyListener& listener)
{
    if (!proxy.config->container.empty())
        return containerProxyNode(proxy, listener);
    Node node;
    const model::SoftwareConfig& config = *proxy.config;
    node.id = nodeId(proxy.host, config.software, { listener.address, listener.port, listener.path });
    if (const auto known = m_byId.find(node.id.value()); known != m_byId.end())
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
        return add(std::move(node));
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
    return add(std::move(node));
}

std::size_t ChainNodes::ownerNode(const base::HostId& hostId, const model::Listener& listener)
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
    return add(std::move(node));
}

/// A container, however it was reached: by a published port, by its name or address, or by itself.
std::size_t ChainNodes::containerNode(const base::HostId& hostId, const model::Container& container, base::Port port)
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
    return add(std::move(node));
}

std::size_t ChainNodes::containerProxyNode(const FleetProxy& proxy, const ProxyListener& listener)
{
    const HostIndex* host = m_fleet.host(proxy.host);
    const model::Container* container
        = host ? parse::containerNamed(host->facts(), proxy.config->container) : nullptr;
    Node node;
    if (container) {
        node = m_nodes[containerNode(proxy.host, *container, listener.port)];
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
    const std::size_t at = add(node);
    m_nodes[at] = std::move(node);
    return at;
}

/// Nothing listens there (or nobody could look): who should.
std::size_t ChainNodes::missingNode(const base::HostId& hostId, const model::Endpoint& target, const std::string& note)
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
    return add(std::move(node));
}

std::size_t ChainNodes::externalNode(const model::Endpoint& target, const Destination& destination)
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
    return add(std::move(node));
}

std::size_t ChainNodes::calleeNode(
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
        if (m_nodes[node].note.empty())
            m_nodes[node].note = "listens on port " + std::to_string(endpoint.port)
                + " inside its container, which does not publish it";
        return node;
    }
    if (!destination.samePort.empty())
        return ownerNode(*destination.host, *destination.samePort.front());
    return missingNode(*destination.host, endpoint, {});
}

std::size_t ChainNodes::entryNode(const Entry& entry)
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
        m_nodes[node].note = displayName(entry.proxy->config->software)
            + " is configured for this port too, but " + displayName(holder.id) + " holds it";
        return node;
    }
    return sockets.empty() ? missingNode(entry.host, endpoint, {}) : ownerNode(entry.host, *sockets.front());
}

std::size_t ChainNodes::dependencyNode(
    const base::HostId& caller, const std::string& callersContainer, const Dependency& dependency, const Destination& destination)
{
    const std::size_t at = calleeNode(caller, dependency.endpoint, destination);
    Node& node = m_nodes[at];
    // What the setting says of a service that can't be looked at.
    if (node.software == "unknown" && dependency.software.id != "unknown") {
        node.software = dependency.software.id;
        if (node.kind == NodeKind::App)
            node.kind = dependency.software.kind;
        if (node.host)
            node.label = displayName(node.software) + " on " + node.host->value();
    }
    // localhost in a container, where nothing in it listens: what is meant is no other face of the app itself.
    const bool isListening = std::find(node.sources.begin(), node.sources.end(), "listener") != node.sources.end();
    if (destination.container && destination.container->name == callersContainer && !isListening && dependency.software.id != "unknown"
        && node.kind == NodeKind::App) {
        node.software = dependency.software.id;
        node.kind = dependency.software.kind;
        node.note = "nothing listens there";
        node.label = displayName(node.software) + " at " + dependency.endpoint.text() + " in container " + node.container + " on "
            + node.host->value();
    }
    return at;
}

}

#include "core/discovery/fleet.h"

#include "core/discovery/address.h"

#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
bool isIp(std::string_view host) { return isIpAddress(host); }

std::string firstLabel(const std::string& name) { return name.substr(0, name.find('.')); }
}

Fleet::Fleet(const model::Profile& profile, const model::Facts& facts)
    : m_profile(&profile)
    , m_facts(&facts)
{
    for (const auto& [id, host] : facts.hosts) {
        m_hosts.emplace(id, HostIndex(host));
        for (const model::SoftwareConfig& config : host.configs)
            if (std::unique_ptr<Proxy> proxy = makeProxy(config, &host))
                m_proxies.push_back({ id, &config, std::move(proxy) });
    }
}

const HostIndex* Fleet::host(const base::HostId& id) const
{
    const auto found = m_hosts.find(id);
    return found == m_hosts.end() ? nullptr : &found->second;
}

std::vector<base::HostId> Fleet::hostsWith(const std::string& address) const
{
    std::vector<base::HostId> found;
    for (const auto& [id, index] : m_hosts)
        if (index.hasAddress(address))
            found.push_back(id);
    const std::string plain = plainAddress(address);
    if (found.empty() && !isThisHost(plain))
        for (const model::ProfileHost& host : m_profile->hosts)
            if (!host.ssh.host.empty() && plainAddress(host.ssh.host) == plain)
                found.push_back(host.name);
    if (found.empty() && isThisHost(plain))
        for (const model::ProfileHost& host : m_profile->hosts)
            if (host.isLocal)
                found.push_back(host.name);
    return found;
}

std::optional<base::HostId> Fleet::hostFor(const base::HostId& caller, const std::string& address) const
{
    if (isThisHost(address))
        return caller;
    const std::vector<base::HostId> hosts = hostsWith(address);
    if (std::find(hosts.begin(), hosts.end(), caller) != hosts.end())
        return caller;
    // An address that several hosts have (a container bridge's) says nothing.
    return hosts.size() == 1 ? std::optional(hosts.front()) : std::nullopt;
}

std::vector<std::string> Fleet::addressesByHostName(const std::string& name) const
{
    for (const auto& [id, index] : m_hosts) {
        const std::string& own = index.facts().hostname;
        const bool isIts = id.value() == name || own == name || (!own.empty() && firstLabel(own) == firstLabel(name));
        if (isIts)
            return index.facts().addresses;
    }
    return {};
}

std::vector<std::string> Fleet::addressesOf(
    const base::HostId& caller, const model::Endpoint& target, const model::Container* from) const
{
    if (isIp(target.host))
        return { plainAddress(target.host) };
    const HostIndex* index = host(caller);
    if (index && from)
        if (const auto own = parse::extraHost(index->facts(), *from, target.host))
            return { *own };
    if (index && !from)
        if (const auto found = index->facts().hostsFile.find(target.host); found != index->facts().hostsFile.end())
            return found->second;
    if (target.host == "localhost")
        return { "127.0.0.1", "::1" };
    if (index && from) {
        std::vector<std::string> addresses;
        for (const model::Container* each : parse::resolvedIn(index->facts(), *from, target.host))
            addresses.push_back(parse::addressFor(*each, from));
        if (!addresses.empty())
            return addresses;
    }
    // What the caller's own resolver said, once it was asked.
    for (const model::HopProbe& probe : m_facts->probes)
        if (probe.host == caller && probe.seat == model::Seat::Caller && probe.target == target.text()
            && probe.container == (from ? from->name : std::string()) && !probe.resolved.empty())
            return probe.resolved;
    return addressesByHostName(target.host);
}

/// Which container stands behind what was found on a host: one with that address of its own, or one that publishes the
/// port (one that does not run any more too, where nothing else took it).
void Fleet::findContainer(Destination& destination, const model::HostFacts& host, base::Port port) const
{
    if (const model::Container* own = parse::containerWithAddress(host, destination.address)) {
        destination.container = own;
        destination.containerPort = port;
        destination.accepting = parse::acceptingInside(host, *own, destination.address, port);
        destination.samePort.clear();
        if (destination.accepting.empty())
            destination.samePort = parse::listenersInside(host, *own, port);
        return;
    }
    const std::vector<const model::Listener*>& sockets = destination.accepting.empty() ? destination.samePort : destination.accepting;
    const bool isHeld = std::any_of(sockets.begin(), sockets.end(), [](const model::Listener* each) {
        return !each->process.empty() && !parse::isPortForwarder(each->process);
    });
    std::optional<parse::PublishedAt> published = parse::publishedAt(host, destination.address, port);
    if (!published && destination.accepting.empty())
        if (const auto elsewhere = parse::publishedOn(host, port); !elsewhere.empty())
            published = elsewhere.front();
    // A container that does not run any more holds no port, unless its forwarder was just seen to end.
    const bool isForwarded = std::any_of(sockets.begin(), sockets.end(),
        [](const model::Listener* each) { return parse::isPortForwarder(each->process); });
    if (isHeld || !published || (!parse::isRunning(*published->container) && !sockets.empty() && !isForwarded))
        return;
    destination.container = published->container;
    destination.containerPort = published->containerPort;
    destination.isPublished = true;
}

Destination Fleet::onHosts(const base::HostId& caller, const model::Endpoint& target, std::vector<std::string> addresses,
    const model::Container* from) const
{
    Destination result;
    result.addresses = std::move(addresses);
    const HostIndex* callers = host(caller);
    for (const std::string& address : result.addresses) {
        const bool isInside = callers && parse::containerWithAddress(callers->facts(), address);
        const bool isOwnLoopback = from && isThisHost(address);
        const std::optional<base::HostId> found = isInside || isOwnLoopback ? std::optional(caller) : hostFor(caller, address);
        if (!found)
            continue;
        const HostIndex* index = host(*found);
        Destination each;
        each.host = found;
        each.address = address;
        if (index && isOwnLoopback) {
            each.container = from;
            each.containerPort = target.port;
            each.accepting = parse::acceptingInside(index->facts(), *from, address, target.port);
        } else if (index) {
            each.accepting = index->accepting(address, target.port);
            if (each.accepting.empty())
                each.samePort = index->onPort(target.port);
            findContainer(each, index->facts(), target.port);
        }
        const bool isBetter = !result.host || (result.accepting.empty() && !each.accepting.empty());
        if (isBetter) {
            each.addresses = std::move(result.addresses);
            result = std::move(each);
        }
        if (!result.accepting.empty())
            break;
    }
    return result;
}

Destination Fleet::destination(
    const base::HostId& caller, const model::Endpoint& target, const std::string& container) const
{
    const HostIndex* index = host(caller);
    const model::Container* from = index && !container.empty() ? parse::containerNamed(index->facts(), container) : nullptr;
    if (target.isUnix()) {
        Destination result;
        result.host = caller;
        if (index && !from)
            result.accepting = index->accepting(target.path);
        return result;
    }
    if (from)
        from = parse::networkOwner(index->facts(), *from);
    Destination result = onHosts(caller, target, addressesOf(caller, target, from), from);
    // A container that stopped has no address any more, and its name means nothing to the engine's name server.
    if (index && !result.host && !isIp(target.host) && (from || !container.empty())) {
        const model::Container* named = nullptr;
        for (const model::Container& each : index->facts().containers)
            if (parse::isNamed(each, target.host) && (!named || (parse::isRunning(each) && !parse::isRunning(*named))))
                named = &each;
        if (named) {
            result.host = caller;
            result.container = named;
            result.containerPort = target.port;
        }
    }
    return result;
}

std::optional<Request> Fleet::arriving(const FleetProxy& proxy, const Request& request) const
{
    const HostIndex* index = host(proxy.host);
    const model::Container* container
        = index ? parse::containerNamed(index->facts(), proxy.config->container) : nullptr;
    if (!container || !parse::networkOwner(index->facts(), *container))
        return proxy.config->container.empty() || container ? std::optional(request) : std::nullopt;
    const auto published = parse::publishedAt(index->facts(), request.address, request.port);
    if (!published || published->container != parse::networkOwner(index->facts(), *container))
        return std::nullopt;
    Request inside = request;
    inside.port = published->containerPort;
    inside.address = parse::addressFor(*container, nullptr);
    return inside;
}

}

#include "core/parse/containerlinks.h"

#include "core/base/address.h"

#include <algorithm>
#include <array>

namespace hopscope::parse {

namespace {
using model::Container;
using model::HostFacts;
using model::Listener;

std::string label(const Container& container, const char* name, const char* other)
{
    for (const char* each : { name, other })
        if (const auto found = container.labels.find(each); found != container.labels.end())
            return found->second;
    return {};
}

/// Where a connection to `target` is taken by a socket bound to `bound`.
bool takes(std::string_view bound, std::string_view target)
{
    if (bound == "*" || target.empty() || bound == target)
        return true;
    const bool isIpv6 = target.find(':') != std::string_view::npos;
    if (target == "localhost")
        return base::isWildcard(bound) || base::isLoopback(bound);
    // "::" mostly takes IPv4 as well (net.ipv6.bindv6only is 0 unless somebody set it)
    return bound == "::" || (bound == "0.0.0.0" && !isIpv6);
}
}

const Container* containerNamed(const HostFacts& host, std::string_view nameOrId)
{
    if (nameOrId.empty())
        return nullptr;
    for (const Container& each : host.containers)
        if (each.name == nameOrId || each.id == nameOrId)
            return &each;
    for (const Container& each : host.containers)
        if (nameOrId.size() >= 12 && each.id.starts_with(nameOrId))
            return &each;
    return nullptr;
}

const Container* networkOwner(const HostFacts& host, const Container& container)
{
    const Container* owner = &container;
    for (int i = 0; i < 4 && owner && owner->networkMode.starts_with("container:"); ++i)
        owner = containerNamed(host, std::string_view(owner->networkMode).substr(10));
    return owner && owner->networkMode != "host" ? owner : nullptr;
}

bool isRunning(const Container& container) { return container.state == "running" || container.state == "paused"; }

std::vector<PublishedAt> publishedOn(const HostFacts& host, base::Port port)
{
    std::vector<PublishedAt> found;
    for (const Container& container : host.containers)
        for (const Container::PublishedPort& each : container.ports)
            if (each.hostPort == port)
                found.push_back({ &container, each.containerPort, base::isWildcard(each.hostAddress) ? std::string() : each.hostAddress });
    std::stable_sort(found.begin(), found.end(), [](const PublishedAt& a, const PublishedAt& b) {
        return isRunning(*a.container) && !isRunning(*b.container);
    });
    return found;
}

std::optional<PublishedAt> publishedAt(const HostFacts& host, std::string_view address, base::Port port)
{
    for (const PublishedAt& each : publishedOn(host, port))
        if (each.hostAddress.empty() || base::isWildcard(address) || each.hostAddress == address
            || (base::isLoopback(each.hostAddress) && address == "localhost"))
            return each;
    return std::nullopt;
}

const Container* containerWithAddress(const HostFacts& host, std::string_view address)
{
    if (base::isWildcard(address))
        return nullptr;
    for (const Container& each : host.containers)
        for (const auto& [network, own] : each.networks)
            if (own == address && isRunning(each))
                return &each;
    return nullptr;
}

bool isNamed(const Container& container, std::string_view name, const std::vector<std::string>* networks)
{
    const auto isMeant = [&](const std::string& network) {
        return !networks || std::find(networks->begin(), networks->end(), network) != networks->end();
    };
    for (const auto& [network, address] : container.networks) {
        if (!isMeant(network))
            continue;
        if (container.name == name || (name.size() == 12 && container.id.starts_with(name)))
            return true;
        const auto aliases = container.aliases.find(network);
        if (aliases != container.aliases.end()
            && std::find(aliases->second.begin(), aliases->second.end(), name) != aliases->second.end())
            return true;
    }
    // Older engines forget a stopped container's aliases; compose's labels tell them still.
    return (!networks && (container.name == name || composeService(container) == name));
}

std::vector<std::string> sharedNetworks(const Container& one, const Container& other)
{
    std::vector<std::string> shared;
    for (const auto& [network, address] : one.networks)
        if (other.networks.contains(network))
            shared.push_back(network);
    return shared;
}

std::vector<const Container*> resolvedIn(const HostFacts& host, const Container& caller, std::string_view name)
{
    std::vector<const Container*> found;
    const Container* owner = networkOwner(host, caller);
    if (!owner)
        return found;
    for (const Container& each : host.containers) {
        std::vector<std::string> shared = sharedNetworks(*owner, each);
        std::erase(shared, std::string("bridge"));
        if (isRunning(each) && isNamed(each, name, &shared))
            found.push_back(&each);
    }
    return found;
}

std::optional<std::string> extraHost(const HostFacts& host, const Container& caller, std::string_view name)
{
    for (const std::string& entry : caller.extraHosts) {
        const std::size_t colon = entry.find_first_of(":=");
        if (colon == std::string::npos || std::string_view(entry).substr(0, colon) != name)
            continue;
        const std::string address = entry.substr(colon + 1);
        if (address != "host-gateway")
            return address;
        for (const model::ContainerNetwork& network : host.containerNetworks)
            if (network.name == "bridge" && !network.gateways.empty())
                return network.gateways.front();
        return "172.17.0.1";
    }
    return std::nullopt;
}

std::string addressFor(const Container& container, const Container* caller)
{
    for (const auto& [network, address] : container.networks)
        if (!address.empty() && (!caller || caller->networks.contains(network)))
            return address;
    return {};
}

std::vector<const Listener*> listenersInside(const HostFacts& host, const Container& container, base::Port port)
{
    std::vector<const Listener*> found;
    const Container* owner = networkOwner(host, container);
    for (const Listener& each : host.containerListeners)
        if (owner && each.container == owner->name && each.kind == model::SocketKind::Tcp && (port == 0 || each.port == port))
            found.push_back(&each);
    return found;
}

std::vector<const Listener*> acceptingInside(
    const HostFacts& host, const Container& container, std::string_view address, base::Port port)
{
    std::vector<const Listener*> found = listenersInside(host, container, port);
    std::erase_if(found, [&](const Listener* each) { return !takes(each->address, address); });
    return found;
}

bool isPortForwarder(std::string_view process)
{
    constexpr auto names = std::to_array<std::string_view>(
        { "docker-proxy", "dockerd", "rootlessport", "rootlessport-ch", "rootlesskit", "slirp4netns", "pasta", "pasta.avx2", "conmon" });
    return std::find(names.begin(), names.end(), process) != names.end();
}

std::string composeService(const Container& container)
{
    return label(container, "com.docker.compose.service", "io.podman.compose.service");
}

std::string composeProject(const Container& container)
{
    return label(container, "com.docker.compose.project", "io.podman.compose.project");
}

}

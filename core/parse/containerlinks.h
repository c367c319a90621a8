#pragma once

#include "core/model/facts.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

// Which container a name, an address or a published port of one host leads to. Pointers are into the facts.

/// By its name, or by its id or the beginning of one.
const model::Container* containerNamed(const model::HostFacts& host, std::string_view nameOrId);

/// Whose network a container uses: its own, another container's, or (null) the host's.
const model::Container* networkOwner(const model::HostFacts& host, const model::Container& container);

bool isRunning(const model::Container& container);

/// A published port, as a connection to this address and port of the host meets it.
struct PublishedAt {
    const model::Container* container = nullptr;
    base::Port containerPort = 0;
    std::string hostAddress; ///< where it is published; empty: on all addresses
};
/// A running container comes first. `address` empty: any.
std::optional<PublishedAt> publishedAt(const model::HostFacts& host, std::string_view address, base::Port port);
/// Every container that publishes this port, on whatever address.
std::vector<PublishedAt> publishedOn(const model::HostFacts& host, base::Port port);

/// The running container with this address of its own.
const model::Container* containerWithAddress(const model::HostFacts& host, std::string_view address);

/// Whether a container answers to this name, in one of the given networks (all: any of its own).
bool isNamed(const model::Container& container, std::string_view name, const std::vector<std::string>* networks = nullptr);

std::vector<std::string> sharedNetworks(const model::Container& one, const model::Container& other);

/// What the engine's name server gives a container for a name: the running ones of that name in its networks. Nothing
/// in the default network "bridge", which has no name server.
std::vector<const model::Container*> resolvedIn(
    const model::HostFacts& host, const model::Container& caller, std::string_view name);

/// What the container's hosts file has for a name (`extra_hosts`): an address. "host-gateway" is the default bridge's.
std::optional<std::string> extraHost(
    const model::HostFacts& host, const model::Container& caller, std::string_view name);

/// Its address in a network that the caller is in too; its first where the caller is the host (null).
std::string addressFor(const model::Container& container, const model::Container* caller);

/// TCP sockets inside its network that accept a connection to this address and port.
std::vector<const model::Listener*> acceptingInside(
    const model::HostFacts& host, const model::Container& container, std::string_view address, base::Port port);
/// All TCP sockets inside of that port; 0: of any.
std::vector<const model::Listener*> listenersInside(
    const model::HostFacts& host, const model::Container& container, base::Port port);

/// The engine's process that stands on the host for a published port (the engine's own, where it forwards without one, or
/// where the forwarder has just ended).
bool isPortForwarder(std::string_view process);

/// The name that compose or its owner knows it by: the label of its service, else empty.
std::string composeService(const model::Container& container);
std::string composeProject(const model::Container& container);

}

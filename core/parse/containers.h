#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// What core/probe/shell/containers.sh shows. Sockets and connections name their container.
struct ContainerFacts {
    std::vector<model::Container> containers;
    std::vector<model::ContainerNetwork> networks;
    std::vector<model::Listener> listeners;
    std::vector<model::Connection> connections;
};

/// One JSON line a container, of `docker inspect --format …`, under "@@ docker" or "@@ podman"; images and networks under
/// "@@ ENGINE images" and "@@ ENGINE networks"; /proc/PID/net/tcp under "@@ sockets ID /proc/net/tcp".
ContainerFacts parseContainers(std::string_view output);

}

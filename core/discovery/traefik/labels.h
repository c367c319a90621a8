#pragma once

#include "core/model/topology.h"
#include "core/parse/configtree.h"

#include <string>
#include <vector>

namespace hopscope::discovery::traefik {

/// "http.routers.shop.rule" = "Host(`x`)" as a tree: what Traefik makes of labels, command line options and variables.
/// A part "servers[0]" is an item of a list; a value with commas stays one text.
struct DottedValue {
    std::string key;
    std::string value;
    int line = 0;
};
parse::ConfigTree treeOf(const std::vector<DottedValue>& values);

/// "--entrypoints.web.address=:80 --api" (one a line, or all in one) as Traefik's static configuration.
std::vector<DottedValue> optionsOf(std::string_view commandLine);

/// A container as the Docker provider sees it.
struct LabelledContainer {
    std::string name;
    std::string address; ///< where Traefik reaches it: an address, or a compose service's name
    std::vector<base::Port> ports; ///< that its image exposes
    std::vector<DottedValue> labels; ///< all of them; those of others are left out
};

struct DockerProvider {
    bool isExposedByDefault = true;
    std::string defaultRule; ///< a Go template; empty: Host(`{{ normalize .Name }}`)
};

/// The dynamic configuration ("http", "tcp", "udp") that this container's labels make; with what Traefik adds by itself: a
/// router and a service where the labels name none, the container's address as the server. Null where it is not exposed.
parse::ConfigTree dynamicFrom(const LabelledContainer& container, const DockerProvider& provider);

}

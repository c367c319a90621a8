#pragma once

#include "core/model/facts.h"

#include <string>
#include <vector>

namespace hopscope::probe {

/// Files that Caddy, Traefik and Envoy log to by their configuration; none where they write to their own output, which the
/// journal or the container engine keeps.
struct InterfaceLogs {
    std::vector<std::string> errors;
    std::vector<std::string> accesses;
};
InterfaceLogs interfaceLogs(const model::SoftwareConfig& config);

}

#pragma once

#include "core/model/facts.h"

#include <vector>

namespace hopscope::parse {

/// What a proxy's own interface says of its servers, from the answers among a configuration's files: Caddy's
/// /reverse_proxy/upstreams, Traefik's /api/rawdata (`serverStatus`), Envoy's /clusters. Each report's source line is its
/// answer's in the check's output.
std::vector<model::ServerReport> serverReportsOf(const model::SoftwareConfig& config);

}

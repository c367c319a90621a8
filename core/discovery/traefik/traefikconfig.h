#pragma once

#include "core/discovery/discover.h"
#include "core/discovery/routing/routedproxy.h"
#include "core/discovery/traefik/labels.h"
#include "core/model/facts.h"

namespace hopscope::discovery::traefik {

// What stands among a SoftwareConfig's files beside real ones, by the beginning of its path.
inline constexpr const char* apiPrefix = "api ";             ///< "api /api/rawdata": an answer of the API
inline constexpr const char* commandLinePrefix = "command ";  ///< "command line": one argument a line

/// All that is known of one Traefik: static and dynamic files, its command line, what its API says, and the labels of the
/// containers beside it (where its API does not say what it made of them).
routing::Configuration configurationOf(const model::SoftwareConfig& config, const std::vector<LabelledContainer>& containers);

/// A host's containers as the Docker provider sees them.
std::vector<LabelledContainer> containersOf(const model::HostFacts& host);

bool isTraefikText(const std::string& path, const std::string& text);
model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files);

}

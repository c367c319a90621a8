#pragma once

#include "core/discovery/discover.h"
#include "core/discovery/routing/routedproxy.h"
#include "core/model/facts.h"

namespace hopscope::discovery::envoy {

/// The path that the admin interface's answer has among a SoftwareConfig's files begins with this: "admin /config_dump".
inline constexpr const char* adminPrefix = "admin ";

/// All that is known of one Envoy: its bootstrap with what it reads from files, or (where it was asked) what runs.
routing::Configuration configurationOf(const model::SoftwareConfig& config);

bool isEnvoyText(const std::string& path, const std::string& text);
model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files);

}

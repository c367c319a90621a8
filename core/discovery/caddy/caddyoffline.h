#pragma once

#include "core/discovery/discover.h"

namespace hopscope::discovery::caddy {

/// Whether the text is a Caddyfile's or Caddy's JSON, whatever its name.
bool isCaddyText(const std::string& text);

/// The files as one configuration: the file called Caddyfile, or all that no other one imports.
model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings);

}

#pragma once

#include "core/discovery/discover.h"

namespace hopscope::discovery::compose {

/// Whether these files hold a compose project that lies no deeper than any of the named other files.
bool holdsProject(const std::vector<OfflineFile>& files);

/// Whether a service of these projects reads this configuration, or may: it mounts or builds with it, or is of that software.
bool isOfService(const std::vector<OfflineFile>& files, const std::string& path, const std::string& software);

/// Whether a proxy's file that no service has leads to a port that these projects publish on their host.
bool leadsToPublished(const std::vector<OfflineFile>& files, const OfflineFile& file, const std::string& software);

/// What compose files describe: published ports, the proxies whose configuration they mount or copy, the addresses in
/// their environment, labels that proxies read, and what starts after what. Nothing that no file says.
Discovered discoverProjects(const std::vector<OfflineFile>& files);

}

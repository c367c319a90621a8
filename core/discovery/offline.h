#pragma once

#include "core/discovery/discover.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// The software that these files configure, by their names and content: an id as in `--software`; empty: not known.
std::string softwareOfFiles(const std::vector<OfflineFile>& files);

/// The files as one configuration: its main file found by name, or made of all that no other includes.
model::SoftwareConfig nginxConfigOf(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings);

/// haproxy.cfg first, the others by name; lists and maps among them.
model::SoftwareConfig haproxyConfigOf(const std::vector<OfflineFile>& files);

}

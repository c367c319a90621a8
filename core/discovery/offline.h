#pragma once

#include "core/discovery/discover.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery {

/// The software that these files configure, by their names and content: an id as in `--software`; empty: not known.
std::string softwareOfFiles(const std::vector<OfflineFile>& files);

/// Whether it holds a Kubernetes object, by name and content.
bool isManifest(const OfflineFile& file);

/// By the name that software gives its main file: "nginx.conf", "haproxy.cfg" …; empty for others.
std::string softwareOfMainFile(std::string_view name);

/// The files as one configuration: its main file found by name, or made of all that no other includes.
model::SoftwareConfig nginxConfigOf(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings);

/// The files as one configuration of this proxy; of no software where it is none.
model::SoftwareConfig configOf(
    const std::vector<OfflineFile>& files, const std::string& software, std::vector<model::ConfigWarning>& warnings);

/// haproxy.cfg first, the others by name; lists and maps among them.
model::SoftwareConfig haproxyConfigOf(const std::vector<OfflineFile>& files);

}

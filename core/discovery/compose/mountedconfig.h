#pragma once

#include "core/discovery/discover.h"
#include "core/parse/composefile.h"

#include <map>
#include <string>
#include <string_view>

namespace hopscope::discovery::compose {

/// The configuration of a service that is a proxy, from the files that it mounts or its Dockerfile copies.
struct MountedConfig {
    model::SoftwareConfig config;              ///< no files: none of them is here
    std::map<std::string, model::FilePlace> places; ///< paths inside to the files given, and the line before the first one
};
MountedConfig mountedConfig(
    const parse::ComposeService& service, const std::string& folder, const std::vector<OfflineFile>& files);

/// Whether a file at this path inside a container is configuration of that software.
bool isConfiguration(const std::string& software, std::string_view inside);

/// What a Dockerfile sets ("ENV A=b", "ENV A b") for the program, with its arguments' defaults or the values given for them. Of the
/// whole file: a stage mostly takes over what is set before it.
std::map<std::string, std::string> variablesOfDockerfile(const std::string& dockerfile, const std::map<std::string, std::string>& arguments);

/// Names the main file; an image's own where none is among the files.
void setMainFile(model::SoftwareConfig& config);

}

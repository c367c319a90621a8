#pragma once

#include "core/discovery/discover.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hopscope::discovery {

/// What the Spring configuration of a program built in this folder says (`src/main/resources/application.yml` or `.properties`,
/// with the profile that `environment` names), by the names of variables that would override it: "SPRING_DATASOURCE_URL".
/// `${NAME:default}` is filled in from `environment`; what that overrides is left out, and so is what stays open.
std::vector<std::pair<std::string, std::string>> springSettings(
    const std::vector<OfflineFile>& files, const std::string& folder, const std::map<std::string, std::string>& environment);

}

#pragma once

#include "core/base/result.h"
#include "core/model/profile.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::profile {

/// Errors name the file, the key ("hosts[1].ssh.port") and what was expected. The file is never touched.
base::Result<model::Profile> loadProfile(const std::string& path);
base::Result<model::Profile> parseProfile(std::string_view json, const std::string& nameForErrors);

/// Writes hopscope.profile/1, keeping unknown keys; replaces the file in one step.
base::Result<void> saveProfile(const model::Profile& profile, const std::string& path);
std::string profileJson(const model::Profile& profile);

/// A profile of a url and DESTs ("alias" or "[user@]host[:port]"), as the command line and the window make it.
base::Result<model::Profile> makeProfile(const std::string& url, const std::vector<std::string>& destinations);

/// What `ssh` takes: an alias, or "[user@]host[:port]", "ssh://…" too.
base::Result<model::SshDestination> parseDestination(std::string_view text);

}

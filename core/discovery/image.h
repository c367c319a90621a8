#pragma once

#include "core/discovery/software.h"

#include <string_view>

namespace hopscope::discovery {

/// What a container's image holds, by its name alone: "docker.io/library/postgres:15" is PostgreSQL. Unknown for names of
/// one's own.
Software softwareOfImage(std::string_view image);

/// Whether an image collects figures, logs and traces: it names everything, and nothing of that is a request's way.
bool isObserver(std::string_view image);

/// "15" of "postgres:15"; empty for digests and for names like "latest".
std::string_view versionOfImage(std::string_view image);

}

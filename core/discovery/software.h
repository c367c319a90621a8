#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>
#include <string_view>

namespace hopscope::discovery {

/// What a process is.
struct Software {
    std::string id = "unknown"; ///< "node", "php-fpm", "postgresql" …
    model::NodeKind kind = model::NodeKind::App;

    bool operator==(const Software&) const = default;
};

/// By the executable, the command line and the kernel's short name; "unknown" where none says.
Software softwareOf(const model::Process& process);

/// By the command that a unit starts and the unit's own name.
Software softwareOf(const model::Unit& unit);

/// What usually listens on this port: databases and caches only, since apps have no port of their own.
Software softwareByPort(base::Port port);

/// What is spoken with this software; Tcp where that is not certain.
model::Protocol protocolOf(const Software& software);

/// A name for people: "Node.js", "PostgreSQL", "the app".
std::string displayName(std::string_view software);

}

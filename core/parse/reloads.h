#pragma once

#include "core/model/facts.h"

#include <string>
#include <vector>

namespace hopscope::parse {

/// A proxy that was told to load its configuration, refused it, and goes on with the one it had.
struct FailedReload {
    std::string software;
    int master = 0; ///< the process that refused
    base::TimePoint at {};
    std::string reason; ///< its own words: "bind() to 0.0.0.0:8443 failed (98: Address already in use)"
    std::string log;    ///< the file that says so; the container's name where it is its output
    std::string container; ///< its name as the engine gives it; empty: on the host itself
    std::string look;      ///< the command that shows it
    model::Source source;

    bool operator==(const FailedReload&) const = default;
};

/// What the logs say of nginx masters that still run: "[emerg] MASTER#0: …" after the workers of now were started. A
/// `nginx -t` or `nginx -s reload` that fails writes such lines too, but under its own process id. At most one an instance,
/// the newest; a reload that succeeded later ends it. In a container the master writes to the container's output, under the
/// number that it has in there; what others are told who run nginx there does not come to that output.
std::vector<FailedReload> failedReloads(const model::HostFacts& host);

/// When a running nginx last read its configuration: it starts new workers then, so the oldest one that is not on its way
/// out tells. Empty where there is none.
std::optional<base::TimePoint> nginxLoadedAt(const std::vector<model::Process>& processes, int master);

}

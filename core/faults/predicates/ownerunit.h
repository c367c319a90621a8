#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// The systemd unit behind a hop's target, and why it is thought to be that one.
struct OwnerUnit {
    const model::Unit* unit = nullptr;
    double certainty = 0;
    std::string reason; ///< "its command line names port 3000"
};

/// Which unit owns the target, or should: where nothing listens any more, what is left of it (its command
/// line, its log, its name) must do. Empty where no unit stands out.
std::optional<OwnerUnit> ownerUnit(const HopView& view);

/// Whether a unit bears a name that the configuration gives the target: its group, its server, the request's host.
bool bearsNameOfTarget(const HopView& view, const std::string& unitName);

/// The service of the engine that this container needs, where that is down; else null.
const model::Unit* stoppedEngine(const model::HostFacts& host, const model::Container& container);

/// What shows the unit's state, whoever runs it: "systemctl status shop.service", "supervisorctl status shop …".
std::string statusCommand(const model::Unit& unit);
/// Who starts it: "systemd", "supervisord" …
const char* managerOf(const model::Unit& unit);

/// "shop" of "shop.service".
std::string stem(const std::string& unitName);

}

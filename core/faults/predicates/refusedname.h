#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// The app turns the visitor away because it does not serve the name that the proxy sends (Django's ALLOWED_HOSTS, Rails'
/// config.hosts, Vite's allowedHosts): its own page or its own log says so, of this very name. Scanners ask for all kinds
/// of names, so a line about another one says nothing.
std::optional<model::Evidence> refusedName(const HopView& view);

}

#pragma once

#include "core/faults/predicates/hopview.h"

#include <map>
#include <string>

namespace hopscope::diagnosis {

/// How this very instance's configuration is tested and read anew, and how it is restarted: by its unit, in its
/// container, or as a plain process with the files of its command line. Shell lines; what can't be told is empty.
struct ProxyCommands {
    std::string test;
    std::string reload;
    std::string restart;
};
ProxyCommands proxyCommands(const model::Node& proxy, const model::HostFacts& host);

/// The same for the hop's proxy (the caller, or the callee of the first hop), by the names of the catalogue's procedures:
/// each tests first. `mended` is the one of the two whose trouble it is, where that is known.
std::map<std::string, std::string> proxyProcedures(const faults::HopView& view, const model::Node* mended = nullptr);

}

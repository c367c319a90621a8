#pragma once

#include "core/faults/predicates/hopview.h"

#include <map>
#include <string>

namespace hopscope::diagnosis {

/// How the configuration of the hop's proxy (the caller, or the callee of the first hop) is tested and read anew, and how it is restarted, in the way that this very instance
/// runs: by its unit, in its container, or as a plain process with the files of its command line. Whole shell lines, by
/// the names of the catalogue's procedures; what can't be told is not there.
std::map<std::string, std::string> proxyProcedures(const faults::HopView& view);

}

#pragma once

#include "core/run/run.h"

#include <map>

namespace hopscope::app {

/// Tells on stderr, line by line, how far a run is. Only changes are said.
class ProgressLines {
public:
    void operator()(const run::Snapshot& snapshot);

private:
    std::map<base::HostId, run::HostProgress::Stage> m_said;
};

}

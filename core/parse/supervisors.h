#pragma once

#include "core/parse/lines.h"

#include "core/model/facts.h"

#include <vector>

namespace hopscope::parse {

/// supervisord's and pm2's programs as units, from the sections "supervisor …" and "pm2 OWNER HOME" of
/// core/probe/shell/units.sh. Their states are put into systemd's words, which all that follows understands.
std::vector<model::Unit> supervisedUnits(const std::vector<Section>& sections);

/// What a supervisor's programs started belongs to the program, not to the supervisor's own service.
void nameSupervisedProcesses(model::HostFacts& host);

/// The sockets of pm2's clusters are its daemon's: each becomes its program's first process's, where it is clear whose.
void nameClusterSockets(model::HostFacts& host);

}

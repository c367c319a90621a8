#pragma once

#include "core/model/facts.h"

namespace hopscope::parse {

/// Gives listeners whose process a login without root could not see the process they must belong to: the one of the
/// socket's own unit, or of the only service that runs as the socket's user. Where two come into question, none is taken.
void nameListenersOwners(model::HostFacts& host);

}

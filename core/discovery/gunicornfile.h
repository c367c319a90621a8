#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <vector>

namespace hopscope::discovery {

/// One of the places where a gunicorn is told to listen.
struct GunicornBind {
    model::Endpoint endpoint;
    const model::Setting* setting = nullptr; ///< of its file or its environment, where that says so; null: the command line does
};

/// By the unit's command line, else by its GUNICORN_CMD_ARGS, else by the `bind` of gunicorn.conf.py or of the file that `-c`
/// names, one or a list. Nothing where none of them says it, or the file computes it.
std::vector<GunicornBind> gunicornBinds(const model::HostFacts& host, const model::Unit& unit);

}

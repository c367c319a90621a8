#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <optional>

namespace hopscope::discovery {

/// Where a gunicorn is told to listen.
struct GunicornBind {
    model::Endpoint endpoint;
    const model::Setting* setting = nullptr; ///< the line of its file that says so; null: the command line does
};

/// By the unit's command line or GUNICORN_CMD_ARGS, which win, else by the `bind` of gunicorn.conf.py or of the file that `-c`
/// names. Nothing where none of them says it, or the file computes it.
std::optional<GunicornBind> gunicornBind(const model::HostFacts& host, const model::Unit& unit);

}

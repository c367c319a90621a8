#pragma once

#include "core/model/topology.h"
#include "core/parse/composefile.h"

#include <string_view>

namespace hopscope::discovery::compose {

/// The port that a service is told to listen on by its variables (PORT, a broker's advertised address under its own name) or by
/// its command ("--port 8000", "-b 0.0.0.0:8000", "runserver 0.0.0.0:8000"); 0 where nothing says so.
base::Port toldPort(const parse::ComposeService& service);

/// The only port that a Dockerfile exposes in its last stage; else the one that its command or PORT names; 0: none, or several.
base::Port portOfDockerfile(std::string_view dockerfile);

}

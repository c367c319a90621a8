#pragma once

#include "core/model/facts.h"
#include "core/parse/lines.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// /proc/net/{tcp,tcp6,udp,udp6,unix}, proc(5), from sections titled with the path; "fd" names the processes.
std::vector<model::Listener> procListeners(const std::vector<Section>& sections);
std::vector<model::Connection> procConnections(const std::vector<Section>& sections);

/// "0100007F" or 32 hex digits, in words of the host's (little-endian) order, as text; "*" is not made of "::".
std::string addressOfProcHex(std::string_view hex);

}

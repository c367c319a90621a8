#pragma once

#include "core/model/outside.h"
#include "core/probe/outside/bytestream.h"
#include "core/probe/outside/target.h"

namespace hopscope::probe {

/// One GET down a connection, as a browser would ask; fills result, status, headers, body, firstByteMs and errorText.
void askHttp(ByteStream& stream, const Target& target, Clock::time_point limit, model::HttpView& http);

}

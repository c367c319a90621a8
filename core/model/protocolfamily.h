#pragma once

#include "core/model/topology.h"

namespace hopscope::model {

/// Protocols that are judged alike.
enum class ProtocolFamily {
    Http,    ///< requests over HTTP, gRPC's too
    Gateway, ///< requests of a web server to an app server: FastCGI, uwsgi, SCGI, AJP
    Data,    ///< databases, caches and queues
    Stream,  ///< bytes that nothing better is known of
};

ProtocolFamily familyOf(Protocol protocol);

}

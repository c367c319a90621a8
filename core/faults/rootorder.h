#pragma once

#include "core/faults/catalogue.h"

namespace hopscope::faults {

/// How near to the root of an outage what a line reports lies: in one text, the deepest explains the others. A kill by
/// the system explains a refused connection, that one explains a 502 in the access log.
enum class Depth {
    Visitor,     ///< the visitor's side left
    Answer,      ///< an error was answered; why stands elsewhere
    Symptom,     ///< no server left, nothing in time, hung up: what another fault brings about
    Restarts,    ///< it was stopped, or restarted over and over: since something else happened
    Connection,  ///< a connect, a name or a handshake failed, each for one definite reason
    Cause,       ///< the line states a cause
    Dependency,  ///< a dependency of the app failed
    Host,        ///< the machine itself had nothing left
};

Depth depthOf(const LineReading& reading);

}

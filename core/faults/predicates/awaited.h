#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults {

/// A sign that the caller still waits for a dependency's answer, as evidence, with how long it has.
struct Awaited {
    model::Evidence evidence;
    base::Milliseconds since { 0 };
    bool isForLock = false; ///< the database says that the query waits for what another session holds
};

/// From an app to what it asks by itself: a database, a cache, an outside service, another app of ours.
bool isFromApp(const HopView& view);

/// What the caller of this hop has asked its dependency and got no answer to, longest first: a connection on which data
/// went out after the last came in, or a session of PostgreSQL that its process title calls waiting. Empty for protocols
/// on which a client waits without being in need (a queue's consumer, a replica's monitor).
std::vector<Awaited> awaitedAnswers(const HopView& view);

/// Whether the visitor's request failed by waiting: 504, no answer at all, or an error that came after seconds.
bool failedByWaiting(const model::OutsideView& outside);

}

#pragma once

#include "core/diagnosis/outsideprobes.h"
#include "core/diagnosis/sign.h"
#include "core/faults/predicates/hopview.h"

#include <optional>

// What shows that a hop fails though an attempt over it went well, or says nothing.
namespace hopscope::diagnosis {

/// An answer that is the visitor's own mistake by its status alone, and is none.
std::optional<Sign> disguisedAnswer(const faults::HopView& view);

/// Somebody answered the user, from an address that is none of the profile's hosts. Of a state that is not known where
/// nothing shows that it was not the site's own server.
std::optional<Sign> strayAnswerSign(const faults::HopView& view);

/// The proxy behind the hop answered, or did not, for a reason of its own.
std::optional<Sign> ownAnswer(const faults::HopView& view);

/// A request that comes back to where it was: no attempt of ours can be in that place, its way says it.
std::optional<Sign> loopOfRequests(const faults::HopView& view);

/// The caller itself keeps this server out: its health check or somebody took it from the others. With the request well,
/// that is a fault only where others of its group serve, and only where nobody meant it.
std::optional<Sign> keptOut(const faults::HopView& view, RequestState request, bool hasWorked);

/// Another program than the one that should be there answers, and the right one can't start for it. An error
/// is proof enough; a proper answer only where the right one is configured for this very site: many a host
/// has a second web server that never could start, and is well.
std::optional<Sign> answerOfStranger(const faults::HopView& view);

/// The connection works, and still the two don't get on.
std::optional<Sign> complaintOfEither(const faults::HopView& view);

/// What runs calls another target than the file says, and fails there.
std::optional<Sign> failingOldTarget(const faults::HopView& view);

/// The dependency takes connections, but what was asked of it has no answer, and the visitor's request fails by waiting.
std::optional<Sign> waitInVain(const faults::HopView& view);

/// The attempts went well, and still some of the users' requests fail.
std::optional<Sign> intermittence(const faults::HopView& view, RequestState request);

}

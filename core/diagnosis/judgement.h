#pragma once

#include "core/diagnosis/outsideprobes.h"
#include "core/faults/predicates/hopview.h"

#include <vector>

namespace hopscope::diagnosis {

/// One hop as judged from its caller's seat.
struct Judgement {
    faults::HopView view; ///< with the symptom, where there is one
    model::State state = model::State::Unknown;
    bool isDisguised = false; ///< it fails, though the status alone looks like the client's own mistake
    bool serves = false; ///< a cluster sends it requests just now
    bool isOutOfRotation = false; ///< a cluster sends it none, and others of its group serve
    bool isIntermittent = false; ///< only some of the requests over it fail
    bool isOwn = false; ///< what fails is the callee itself, whatever lies behind it
    bool isStray = false; ///< whoever answered may be none of the profile's hosts
    bool isRelayed = false; ///< what fails is an answer that came from further in

    bool hasSymptom() const { return !view.symptom.variant.empty(); }
};

/// A symptom at which the callee was not reached, or not understood, at all: nothing further in can be the
/// reason.
bool isStatic(const faults::Symptom& symptom);

/// Judges every hop of the topology. A log line counts only where the request is known to fail and no probe
/// says better.
std::vector<Judgement> judgeHops(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const faults::ReadLogs& logs,
    const std::vector<model::HopProbe>& outsideProbes, RequestState request);

}

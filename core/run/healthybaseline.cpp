#include "core/run/healthybaseline.h"

#include "core/diagnosis/baseline.h"
#include "core/parse/facts.h"
#include "core/profile/baselinetext.h"

namespace hopscope::run {

std::string healthyBaseline(const Snapshot& snapshot)
{
    if (!snapshot.isFinal || !snapshot.capture || snapshot.diagnosis.verdict != model::Verdict::Healthy)
        return {};
    return profile::baselineText(
        diagnosis::baselineOf(*snapshot.capture, parse::factsFrom(*snapshot.capture), snapshot.diagnosis.topology));
}

}

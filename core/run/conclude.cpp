#include "core/run/conclude.h"

#include "core/diagnosis/diagnose.h"
#include "core/discovery/discover.h"
#include "core/parse/facts.h"

namespace hopscope::run {

Conclusion conclude(const model::Capture& capture, const faults::Catalogue& catalogue)
{
    Conclusion conclusion;
    conclusion.facts = parse::factsFrom(capture);
    conclusion.topology = discovery::discover(capture.profile, conclusion.facts).topology;
    conclusion.diagnosis = diagnosis::diagnose(capture, conclusion.facts, conclusion.topology, catalogue);
    return conclusion;
}

}

#include "core/diagnosis/advice.h"

#include "core/diagnosis/advice/parts.h"
#include "core/diagnosis/boundaryadvice.h"

#include <algorithm>

namespace hopscope::diagnosis {

std::vector<model::Advice> adviceFor(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const std::vector<Judgement>& judgements)
{
    std::vector<model::Advice> advice = boundaryAdvice(facts, topology, judgements);
    const AdviceContext context { capture, facts, topology, judgements, advice };
    adviseOnCertificates(context);
    adviseOnConfigurations(context);
    adviseOnTimeouts(context);
    adviseOnIdleConnections(context);
    adviseOnAddresses(context);
    adviseOnBalancing(context);
    adviseOnCapacity(context);
    adviseOnDatabases(context);
    adviseOnUnits(context);
    adviseOnClusters(context);
    std::stable_sort(advice.begin(), advice.end(),
        [](const model::Advice& left, const model::Advice& right) { return left.severity > right.severity; });
    return advice;
}

}

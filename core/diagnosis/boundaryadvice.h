#pragma once

#include "core/diagnosis/judgement.h"
#include "core/model/diagnosis.h"

#include <vector>

namespace hopscope::diagnosis {

/// Where something fails and our sight ends (a CDN, a balancer or a platform in front; a cloud's own firewall): what is to
/// be looked at there, and with which command. Nothing while all is well.
std::vector<model::Advice> boundaryAdvice(
    const model::Facts& facts, const model::Topology& topology, const std::vector<Judgement>& judgements);

}

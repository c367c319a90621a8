#pragma once

#include "core/diagnosis/judgement.h"

namespace hopscope::diagnosis {

/// Judges a hop inside a cluster, where nobody can be asked for an attempt: by what the cluster says of the callee. True
/// where that settles it. A pod's own readiness test is evidence that it answers, as long as the request works; it never
/// makes a hop green while the request fails.
bool judgeInCluster(Judgement& judgement, RequestState request);

}

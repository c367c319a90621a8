#pragma once

#include "core/model/topology.h"
#include "ui/graph/chart.h"

namespace hopscope::ui {

/// Of many replicas that fare alike, a few are drawn and one card stands for the others: thirty equal cards say less
/// than one, and hide the one that fails. What fails, is impaired, or leads to something that is, is never folded.
void foldReplicas(Chart& chart, const model::Topology& topology);

}

#pragma once

#include "core/model/diagnosis.h"

#include <string>
#include <vector>

namespace hopscope::report {

/// hopscope.diagnosis/1, one line (for `watch`) or indented. Both end with a newline.
enum class JsonLayout { OneLine, Indented };
std::string diagnosisJson(const model::Diagnosis& diagnosis, JsonLayout layout);

/// hopscope.topology/1
std::string topologyJson(
    const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings, JsonLayout layout);

}
